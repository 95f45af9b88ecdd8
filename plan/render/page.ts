/** Light and dark by the reader's choice. Each text has a contrast of at least 4.5 to 1 on its ground (WCAG 2.2, AA). */
const colors = `:root{color-scheme:light dark;--ground:#fbfcfd;--card:#fff;--ink:#1b2330;--soft:#566072;--line:#d9dfe7;--brand:#0b63ce;
--pass:#17702f;--pass-ground:#e2f5e7;--warn:#8a5300;--warn-ground:#fff0d6;--fail:#b3261e;--fail-ground:#fde7e5;--replace:#8128a8;--shade:#f1f4f8}
@media (prefers-color-scheme:dark){:root{--ground:#10151c;--card:#171e28;--ink:#e7ecf3;--soft:#a3afc0;--line:#2c3645;--brand:#79b4ff;
--pass:#74d68d;--pass-ground:#15321e;--warn:#f2bd66;--warn-ground:#382a10;--fail:#ff9b92;--fail-ground:#401a18;--replace:#d9a0f5;--shade:#1e2733}}`;

const font = `system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif`;

const topologyRules = `.topology{display:block;width:100%;height:auto;margin:0 auto 18px}
.topology text{font:500 15px ${font};text-anchor:middle;fill:var(--ink)}
.topology .title{font-weight:650;font-size:16px}
.topology .duty{fill:var(--pass);font-size:14px}
.topology .note,.topology .pod{font-size:14px;fill:var(--soft)}
.topology .beside{text-anchor:start}
.topology .box{fill:var(--shade);stroke:var(--line);stroke-width:1.5}
.topology .devices{fill:var(--card);stroke:var(--brand)}
.topology .tls,.topology .affinity{stroke:var(--pass);stroke-width:2.5;fill:var(--pass-ground)}
.topology .group{fill:none;stroke:var(--line);stroke-width:1.5;stroke-dasharray:5 5}
.topology .arrow{stroke:var(--soft);stroke-width:1.8;fill:none}
.topology .tip{fill:var(--soft)}`;

/** The style of a topology outside a page. */
export const topologyStyle = `${colors}\n${topologyRules}`;

/** The style of the page: system fonts, and a plain form for paper. */
export const pageStyle = `
${colors}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 ${font}}
header,main{max-width:1180px;margin:0 auto;padding:0 24px}
header{padding-top:36px;padding-bottom:8px}
h1{margin:0;font-size:2.1rem;line-height:1.2;letter-spacing:-.01em}
h1 span{color:var(--soft);font-weight:400;font-size:1.3rem;margin-left:.4rem}
h2{font-size:1.2rem;margin:0 0 14px}
h3{font-size:1rem;margin:0}
p{overflow-wrap:anywhere}
.verdict{margin:10px 0 0;color:var(--soft)}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:22px 24px;margin:20px 0}
.badge{display:inline-block;padding:1px 10px;border-radius:99px;font-size:.8rem;font-weight:600;white-space:nowrap}
.badge.pass{color:var(--pass);background:var(--pass-ground)}
.badge.warn{color:var(--warn);background:var(--warn-ground)}
.badge.fail{color:var(--fail);background:var(--fail-ground)}
.scroll{overflow-x:auto}
${topologyRules}
.topology.row{max-width:1100px}
.topology.column{display:none;max-width:300px}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:14px 24px;margin:0}
.facts dt{font-size:.82rem;color:var(--soft)}
.facts dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:8px 14px 8px 0;border-top:1px solid var(--line)}
tr:first-child>*{border-top:0}
th{font-weight:550;min-width:15rem}
td:last-child{color:var(--soft);overflow-wrap:anywhere}
.warnings{margin:0;padding:0;list-style:none}
.warnings li{border-left:4px solid var(--warn);background:var(--warn-ground);padding:8px 14px;border-radius:4px 8px 8px 4px;margin:8px 0;overflow-wrap:anywhere}
.change{border-left:4px solid var(--warn);padding:2px 0 2px 14px;margin:10px 0}
.notes{font-weight:400;color:var(--soft)}
.change.create{border-color:var(--pass)}.change.replace{border-color:var(--replace)}.change.delete{border-color:var(--fail)}
.sign{font-family:ui-monospace,Menlo,Consolas,"Liberation Mono",monospace}
.properties{margin:4px 0;padding-left:20px}
.path.replaces{color:var(--replace);font-weight:700}
code,pre{font:13px/1.5 ui-monospace,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
pre{background:var(--shade);border-radius:8px;padding:12px 14px;overflow-x:auto;margin:10px 0 4px;white-space:pre-wrap}
.added{color:var(--pass)}.added::before{content:"+ "}
.removed{color:var(--fail)}.removed::before{content:"- "}
.kept::before,.gap::before{content:"  "}
.kept,.gap{color:var(--soft)}
.filter{display:flex;flex-wrap:wrap;gap:10px;align-items:center;margin-bottom:14px}
.filter input{flex:1 1 240px;font:inherit;color:inherit;background:var(--ground);border:1px solid var(--line);border-radius:8px;padding:7px 12px}
.filter button{font:inherit;color:var(--brand);background:none;border:1px solid var(--line);border-radius:8px;padding:7px 14px;cursor:pointer}
.filter output{color:var(--soft)}
:focus-visible{outline:3px solid var(--brand);outline-offset:2px}
.tree,.tree ul{list-style:none;margin:0;padding:0}
.tree ul{padding-left:20px;margin-left:6px;border-left:1px solid var(--line)}
.tree li{padding:2px 0;position:relative;scroll-margin-top:12px}
.tree summary{padding-right:30px}
.component>details>summary{padding-top:6px;padding-bottom:6px;font-weight:650}
.component>details>summary .type{color:var(--brand)}
.tree details[open]{padding-bottom:0}
.resource>.anchor{position:absolute;right:2px;top:5px;padding:0 7px;color:var(--soft);text-decoration:none;border-radius:6px}
.anchor:hover,:target>.anchor{color:var(--brand)}
:target>details>summary{background:var(--shade)}
a{color:var(--brand)}
.name{overflow-wrap:anywhere}
.type{color:var(--soft);font-size:.86rem;font-weight:400;margin:0 6px}
.fact{display:inline-block;background:var(--shade);border-radius:6px;padding:0 8px;margin:1px 6px 1px 0;font-size:.82rem;color:var(--soft)}
summary{cursor:pointer;padding:3px 6px;border-radius:6px}
summary:hover{background:var(--shade)}
details[open]{padding-bottom:10px}
details .facts{padding:6px 0 0 18px}
.secret{color:var(--fail);font-weight:600}
.symbol{color:var(--brand)}
[hidden]{display:none!important}
@media (max-width:640px){header,main{padding-left:14px;padding-right:14px}section{padding:16px}h1{font-size:1.6rem}h1 span{display:block;margin:0}
.topology.row{display:none}.topology.column{display:block}
.tree ul{padding-left:8px;margin-left:4px}.fact{overflow-wrap:anywhere}th{min-width:0}details .facts{padding-left:4px}
table,tbody,tr,th,td{display:block;padding:0;border:0}tr{border-top:1px solid var(--line);padding:10px 0}tr:first-child{border:0}}
@media print{.anchor{display:none}body{background:#fff;font-size:11pt}.filter{display:none}section{border:0;padding:0;break-inside:auto}li,tr,article{break-inside:avoid}pre{border:1px solid var(--line)}}
`;

/** The script of the page: the filter, opening and closing, links to a resource, and everything open on paper. */
export const pageScript = `
const items=[...document.querySelectorAll(".tree li")];
const all=[...document.querySelectorAll(".tree details")];
const filter=document.getElementById("filter");
const count=document.getElementById("count");
const own=(item)=>[...item.firstElementChild.nextElementSibling.childNodes].filter((child)=>child.nodeName!=="UL").map((child)=>child.textContent).join(" ").toLowerCase();
const texts=new Map(items.map((item)=>[item,own(item)]));
filter.addEventListener("input",()=>{
  const words=filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown=0;
  for(const item of [...items].reverse()){
    const hit=words.every((word)=>texts.get(item).includes(word));
    const below=[...item.querySelectorAll("li")].some((child)=>!child.hidden);
    item.hidden=!hit&&!below;
    if(below&&words.length>0)item.querySelector("details").open=true;
    if(hit)shown++;
  }
  count.textContent=shown+" of "+count.dataset.total+" shown";
});
document.getElementById("open").addEventListener("click",()=>{for(const each of all)each.open=true;});
document.getElementById("close").addEventListener("click",()=>{for(const each of all)each.open=false;});
const reveal=()=>{
  const target=document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if(!target||!target.closest(".tree"))return;
  for(let item=target;item;item=item.parentElement.closest("li")){item.hidden=false;item.querySelector("details").open=true;}
  target.scrollIntoView();
};
addEventListener("hashchange",reveal);
reveal();
addEventListener("beforeprint",()=>{for(const each of all)each.open=true;});
`;

/** The start of a page that needs nothing else, up to its body. `title` is escaped already. */
export function pageHead(title: string, head: { readonly contentPolicy: string; readonly style: string }): string {
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${head.contentPolicy}">
<title>${title}</title>
<style>${head.style}</style>
</head>`;
}
