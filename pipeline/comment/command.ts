import { appendFileSync } from "node:fs";
import { Command } from "commander";
import { answer, commonOptions, type Output, readOptions, several, wholeNumber } from "../../plan/common/command-line";
import { writeOutput } from "../../plan/output-file";
import { failureOf, UserError } from "../../plan/common/errors";
import { type ExitCode, exitCodeHelp, exitCodes } from "../../plan/common/exit-code";
import { isSensitiveName } from "../../plan/values";
import type { Posted } from "./host";
import type { PreviewDigest } from "./preview-digest";
import type { Context } from "./wording";
import { asTyped, commandLine } from "../../plan/common/command-name";

interface Options extends Omit<Context, "full"> {
    readonly against: readonly string[];
    readonly failed: readonly string[];
    readonly offline?: true;
    readonly values?: true;
    readonly onlyDigests?: true;
    readonly digest?: string;
    readonly file?: string;
    readonly summary?: string | true;
    readonly html?: string;
    readonly github?: true;
    readonly gitlab?: true;
    readonly pullRequest?: number;
    readonly head?: string;
    readonly author?: string;
    readonly project: string;
    readonly scope?: string;
    readonly fullUrl?: string;
    readonly failOnReplace?: true;
    readonly reportOnly?: true;
    readonly quiet?: true;
}

type Environment = Readonly<Record<string, string | undefined>>;

const examples = `
Examples:
  vernemq preview --all --runs build/runs.json
  vernemq comment build/runs.json --file -                   see the comment
  vernemq comment build/runs.json --digest build/digest.json --summary
  vernemq comment build/digest.json --github --pull-request 12
  vernemq plan --stack eks --json now.json
  vernemq comment now.json --against before.json --html preview.html

Tokens: GITHUB_TOKEN with GITHUB_REPOSITORY (and GITHUB_API_URL); GITLAB_TOKEN with CI_PROJECT_ID and CI_MERGE_REQUEST_IID (and CI_API_V4_URL).

${exitCodeHelp([0, 1, 2, 4], {
    1: "a preview failed or broke a mandatory policy",
    4: "--fail-on-replace, and something is replaced or deleted",
})}A comment that cannot be posted is a warning and changes none of them.
`;

/** The verb `comment`: reads what previews left and says it where reviewers look. */
export function commentCommand(): Command {
    const command = new Command(commandLine("comment"))
        .description("Write previews as a pull request's comment, a job's summary, Markdown, a page or a digest.")
        .argument(
            "[files...]",
            "runs (preview --runs), engine events, plans (plan --json) or digests (comment --digest)",
        )
        .option(
            "--against <plan>",
            "earlier plan of the same stack, for an offline comparison; repeatable",
            several,
            [],
        )
        .option("--failed <stack=file>", "a stack that failed and left only its output; repeatable", several, [])
        .option("--offline", "the failed stacks were offline plans")
        .option("--values", "show old and new values; never of secrets, Helm values, Secrets and ConfigMaps")
        .option("--only-digests", "refuse files that are not digests: for files from a job with fewer rights")
        .option("--digest <file>", "write the digest as JSON, for another job to post")
        .option("--file <file>", "write the comment as Markdown; - is standard output")
        .option("--summary [file]", "append it to the job's summary (default: the file of GITHUB_STEP_SUMMARY)")
        .option("--html <file>", "write one self-contained page")
        .option("--github", "create or update the comment on GitHub")
        .option("--gitlab", "create or update the note on GitLab")
        .option("--pull-request <number>", "number of the pull or merge request", wholeNumber(1))
        .option("--head <owner:branch>", "on GitHub: find the open pull request of this branch and of --commit")
        .option("--author <login>", "on GitHub: who the token comments as, if it may not ask")
        .option("--project <name>", "project in the comment's marker", "vernemq")
        .option("--scope <name>", "keep a separate comment for this, for pipelines with one job per stack")
        .option("--title <words>", "its heading (default: Preview)")
        .option("--commit <sha>", "the commit that was previewed (default on GitLab: CI_COMMIT_SHA)")
        .option("--base <sha>", "the commit it is compared with")
        .option("--run-url <url>", "page of the pipeline's run")
        .option("--full-url <url>", "page with everything that does not fit (default: the run)")
        .option("--notice <text>", "a notice at the top")
        .option("--fail-on-replace", "exit code 4 where something is replaced or deleted")
        .option("--report-only", "exit code 0 whatever the previews found: another job reports it")
        .addHelpText("after", asTyped(examples));
    return commonOptions(command);
}

/**
 * Runs the verb `comment` with the words behind it.
 *
 * @returns the exit code: what the previews came to, whether or not the comment could be posted.
 */
export async function runComment(
    words: readonly string[],
    streams: Output,
    environment: Environment,
): Promise<ExitCode> {
    const command = commentCommand();
    const read = readOptions<Options>(command, words, ({ failed }) =>
        command.args.length === 0 && failed.length === 0
            ? "name a file that preview --runs, plan --json or comment --digest wrote"
            : undefined,
    );
    if (read.kind !== "run") {
        return answer(read, "comment", streams);
    }
    const { options } = read;
    try {
        const { readInputs } = await import("./inputs");
        const digest = await readInputs(
            {
                files: command.args,
                against: options.against,
                failed: options.failed,
                offline: options.offline === true,
                onlyDigests: options.onlyDigests === true,
            },
            { secrets: secretsOf(environment), values: options.values === true },
        );
        await write(digest, options, streams, environment);
        return await resultOf(digest, options);
    } catch (error) {
        const { message, exitCode } = failureOf(error);
        streams.err(`${message}\n`);
        return exitCode;
    }
}

/** The values of the environment's tokens and passwords: none of them may be shown, wherever it was printed. */
function secretsOf(environment: Environment): readonly string[] {
    return Object.entries(environment).flatMap(([name, value]) =>
        isSensitiveName(name) && value !== undefined && value.length >= 8 ? [value] : [],
    );
}

async function write(
    digest: PreviewDigest,
    options: Options,
    streams: Output,
    environment: Environment,
): Promise<void> {
    const { commentBudget, render, summaryBudget } = await import("./render");
    const context = contextOf(options, environment);
    if (options.digest !== undefined) {
        writeOutput(`${JSON.stringify(digest, null, 1)}\n`, options.digest, streams.out);
    }
    if (options.html !== undefined) {
        const { renderPage } = await import("./html");
        writeOutput(renderPage(digest, context), options.html, streams.out);
    }
    if (options.summary !== undefined) {
        const file = options.summary === true ? environment["GITHUB_STEP_SUMMARY"] : options.summary;
        if (file === undefined || file === "") {
            throw new UserError("--summary needs a file, because GITHUB_STEP_SUMMARY is not set here");
        }
        appendFileSync(file, render(digest, summaryBudget, context));
    }
    if (options.file !== undefined) {
        writeOutput(render(digest, commentBudget, context), options.file, streams.out);
    }
    if (options.github === true || options.gitlab === true) {
        await warnOnFailure(
            () => post(digest, options, context, environment),
            streams,
            environment,
            options.quiet === true,
        );
    }
}

/** The preview's result is known by now; that it cannot be posted must not hide it. */
async function warnOnFailure(
    action: () => Promise<readonly string[]>,
    streams: Output,
    environment: Environment,
    quiet: boolean,
): Promise<void> {
    try {
        const done = await action();
        for (const line of quiet ? [] : done) {
            streams.err(`${line}\n`);
        }
    } catch (error) {
        const { cleaner } = await import("./text");
        const reason = cleaner(secretsOf(environment))(error instanceof Error ? error.message : String(error));
        const line = `the comment was not posted: ${reason.replaceAll(/\s*\n\s*/g, " ")}`;
        // GitHub shows such a line at the run.
        streams.err(
            environment["GITHUB_ACTIONS"] === "true"
                ? `::warning::${line.replaceAll("%", "%25")}\n`
                : `warning: ${line}\n`,
        );
    }
}

async function post(
    digest: PreviewDigest,
    options: Options,
    context: Context,
    environment: Environment,
): Promise<readonly string[]> {
    const { commentBudget, render } = await import("./render");
    const { everyStack, marker } = await import("./marker");
    const { upsertComment } = await import("./host");
    const mark = marker(options.project, options.scope ?? everyStack);
    const body = (base: string | undefined) =>
        render(digest, commentBudget, { ...context, base: context.base ?? base });
    const done: Posted[] = [];
    if (options.github === true) {
        const { findPullRequest, gitHubComments } = await import("./github");
        const host = {
            repository: required(environment, "GITHUB_REPOSITORY"),
            token: required(environment, "GITHUB_TOKEN"),
            apiUrl: environment["GITHUB_API_URL"] ?? "https://api.github.com",
            author: options.author,
        };
        const pull =
            options.pullRequest !== undefined
                ? { number: options.pullRequest, base: undefined }
                : await findPullRequest(
                      host,
                      options.head ?? missing("--pull-request or --head"),
                      options.commit ?? missing("--commit"),
                  );
        if (pull === undefined) {
            return ["No open pull request has this commit as its newest any longer: nothing is posted."];
        }
        done.push(await upsertComment(await gitHubComments(host, pull.number), mark, body(pull.base)));
    }
    if (options.gitlab === true) {
        const { gitLabNotes } = await import("./gitlab");
        const host = {
            apiUrl: environment["CI_API_V4_URL"] ?? "https://gitlab.com/api/v4",
            project: required(environment, "CI_PROJECT_ID"),
            token: required(environment, "GITLAB_TOKEN"),
        };
        const iid = options.pullRequest ?? Number(required(environment, "CI_MERGE_REQUEST_IID"));
        done.push(await upsertComment(gitLabNotes(host, iid), mark, body(undefined)));
    }
    return done.map((each) => `comment ${each.done}: ${each.url}`);
}

function missing(what: string): never {
    throw new Error(`${what} is missing`);
}

function required(environment: Environment, name: string): string {
    const value = environment[name];
    return value === undefined || value === "" ? missing(name) : value;
}

function contextOf(options: Options, environment: Environment): Context {
    const onGitLab = options.gitlab === true;
    const commit = options.commit ?? (onGitLab ? environment["CI_COMMIT_SHA"] : undefined);
    const base = options.base ?? (onGitLab ? environment["CI_MERGE_REQUEST_DIFF_BASE_SHA"] : undefined);
    const runUrl = options.runUrl ?? runOf(environment);
    const full = { name: "the job's summary and artifacts", url: options.fullUrl ?? runUrl };
    return { title: options.title, commit, base, runUrl, full, notice: options.notice };
}

function runOf(environment: Environment): string | undefined {
    const {
        GITHUB_SERVER_URL: server,
        GITHUB_REPOSITORY: repository,
        GITHUB_RUN_ID: run,
        CI_JOB_URL: job,
    } = environment;
    return server !== undefined && repository !== undefined && run !== undefined
        ? `${server}/${repository}/actions/runs/${run}`
        : job;
}

async function resultOf(digest: PreviewDigest, options: Options): Promise<ExitCode> {
    if (options.reportOnly === true) {
        return exitCodes.done;
    }
    const { stateOf } = await import("./wording");
    if (digest.stacks.some((stack) => stateOf(stack) === "failed")) {
        return exitCodes.failed;
    }
    const replaced = digest.stacks.some(({ counts }) => counts.replace + counts.delete > 0);
    return options.failOnReplace === true && replaced ? exitCodes.refused : exitCodes.done;
}
