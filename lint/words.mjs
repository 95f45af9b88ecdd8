/**
 * Words that documents, messages and comments do not use, each with what to write; docs/glossary.md has the project's own terms.
 * `npm run lint` looks for them, in Markdown by remark and in TypeScript by ESLint.
 */

/** What follows where the noun does not, as in "a node of its own." */
const end = String.raw`(?=[.,;:!?)"'\`|]|\s*$|\s+(?:and|or|for|that|with|in|to|from|is|are|was|has|have|at|on|by|so|as|when|where|while|again|instead|lets)\b)`;

/** Sources of regular expressions, and what to write. */
const words = [
    ["[Ee]nds? TLS|TLS ends", "terminates TLS, TLS is terminated at"],
    [`[Ee]ntrances?|[Ww]ays? in${end}`, "listener, endpoint, route"],
    ["[Cc]hains? of hops", "connection path"],
    ["[Ww]ish(?:es)?", "requirements"],
    ["[Bb]rings? (?:an? |each |every )?(?:device|client)s? back", "session affinity, reconnects to the same broker"],
    ["[Ss]urroundings", "network context, snapshot, cluster info"],
    ["(?:is|are|be) needed|[Nn]eeded(?= unless| with|:)", "required"],
    ["[Ss]ound", "valid"],
    ["[Ww]orth knowing|[Tt]ake care", "note, warning"],
    ["[Mm]end(?:s|ed|ing)?", "fix"],
    ["[Ss]omebody|[Nn]obody|[Aa]nybody|[Ee]verybody|[Nn]o one|[Ww]hoever|an? person", "user, operator, client, caller"],
    [`of (?:its|their|your|our|one's) own${end}`, "dedicated, separate, or its own before the noun"],
    ["our own", "who it is"],
    ["of (?:yours|ours|theirs)|one's own", "your own before the noun, or whose it is"],
    ["(?:is|are|was|were|be|been|being) made(?! of| up| to| known| public)", "created, issued"],
    ["[Ll]icences?|[Cc]olours?|[Bb]ehaviours?|[Nn]eighbours?|recognise[sd]?|organisations?", "American spelling"],
    ["ma[dk]es? (?:\\w+ ){0,2}anew", "recreate"],
];

/** Blanks may be line breaks. */
const sources = words.map(([source, instead]) => [`\\b(?:${source.replaceAll(" ", "\\s+")})(?!\\w)`, instead]);

/** The options of remark-lint-prohibited-strings. */
export const prohibitedStrings = sources.map(([no, yes]) => ({ no, yes }));

const expressions = sources.map(([source, instead]) => ({ expression: new RegExp(source, "g"), instead }));

/** An ESLint rule over comments and strings. */
const noWords = {
    meta: { type: "suggestion", schema: [], messages: { word: 'Instead of "{{found}}" write: {{instead}}' } },
    create(context) {
        const search = (node, text) => {
            for (const { expression, instead } of expressions) {
                for (const [found] of text.matchAll(expression)) {
                    context.report({ loc: node.loc, messageId: "word", data: { found, instead } });
                }
            }
        };
        return {
            Program() {
                for (const comment of context.sourceCode.getAllComments()) {
                    search(comment, comment.value.replaceAll(/\s*\n[\s*]*/g, " "));
                }
            },
            Literal(node) {
                // A string without a blank is a name.
                const text = typeof node.value === "string" ? node.value : (node.regex?.pattern ?? "");
                search(node, /\s/.test(text) ? text : "");
            },
            TemplateElement(node) {
                search(node, node.value.cooked ?? "");
            },
        };
    },
};

export default { rules: { "no-words": noWords } };
