using Amp.Shared.Options;

namespace Amp.Daemon.Configuration;

/// <summary>docs/configuration.md, made from the table of keys.</summary>
public static class ConfigurationPage
{
    public static void Write(TextWriter output)
    {
        output.WriteLine($"""
            # Configuration

            This page is made from the code by `dotnet run --project Amp.Daemon -- config docs > docs/configuration.md`; a test compares the two.

            A value is taken from the strongest place that has it: an environment variable, the configuration file, the default.

            - The file is TOML. It is named by `--config FILE`, before or after the subcommand, or by the variable `{ConfigVariables.File}`.
            - The variable of a key is `{ConfigVariables.Prefix}` and its name, in any case, with `__` between the levels: `{ConfigKeys.SegmentBytes.Variable}=1000000`. A list has commas between its elements.
            - Relative paths, and the default folders, start at the folder of the file; without a file, at the current folder.
            - An unknown key or variable, or a value that is not allowed, ends the program; the message names the key, the value and what is allowed.
            - `ampd config check` prints the effective configuration and where each value comes from, secrets hidden.

            """);
        var section = "";
        WriteHead("Top level", output);
        foreach (var key in ConfigKeys.All)
        {
            var (keySection, _) = EffectivePage.Split(key.Name);
            if (keySection != section)
            {
                section = keySection;
                output.WriteLine();
                WriteHead($"`[{section}]`", output);
            }

            output.WriteLine(Row(key));
        }

        output.WriteLine();
        output.WriteLine($"""
            ## Other environment variables

            | variable | meaning |
            |---|---|
            | `{ConfigVariables.File}` | The configuration file, where `--config` is not given. |
            | `{ConfigVariables.NodeId}` | The name of a worker, where `--node-id` is not given. |
            | `{ConfigVariables.FlightServer}`, `{ConfigVariables.JsonlServer}` | `true` or `1` = as `--flight-server` and `--jsonl-server` of `ampd server`; none of them = both. |
            | `{ConfigVariables.LogLevel}` | What is logged: {string.Join(", ", LogWords.All.Select(word => $"`{word}`"))}; `info` where it is not set. |
            | `{ConfigVariables.AspireConnectionString}` | The metadata database, where `{ConfigKeys.DatabaseUrl.Name}` is not set: so .NET Aspire names it. |
            | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` | The key with which buckets are read and written, where a setting above names one; the token only with temporary keys. |
            | `AWS_REGION`, `AWS_DEFAULT_REGION` | The region of the buckets; the first is the stronger. Required, unless an endpoint is named. |
            | `AWS_ENDPOINT_URL`, `AWS_ENDPOINT` | Where a store that is not Amazon's answers, for example `https://minio.example:9000`. |
            | `AWS_ALLOW_HTTP` | `true` = the endpoint may be `http://`, where nothing is encrypted. |
            | `OTEL_*` | The standard variables of OpenTelemetry, for example `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME`, `OTEL_SDK_DISABLED`. Nothing is collected where nothing is sent. |

            All other variables that begin with `AMP_` belong to somebody else and are not looked at.

            ## Completion in a shell

            `source <(ampd completion bash)`, and likewise `zsh`; for fish `ampd completion fish | source`.
            """);
    }

    private static void WriteHead(string title, TextWriter output)
    {
        output.WriteLine($"## {title}");
        output.WriteLine();
        output.WriteLine("| key | default | allowed | meaning |");
        output.WriteLine("|---|---|---|---|");
    }

    private static string Row(ConfigKey key)
    {
        var name = EffectivePage.Split(key.Name).Name;
        var fallback = key.Default.Length == 0 && !key.IsList ? "none" : $"`{EffectivePage.Toml(key, [key.Default])}`";
        var meaning = key.Description;
        if (key.Aliases.Count > 0)
            meaning += " Also accepted as " + string.Join(", ", key.Aliases.Select(alias => $"`{alias}`")) + ".";
        if (key.IsSecret)
            meaning += " A secret: never shown.";
        if (key.ComesWith is { } feature)
            meaning += $" *Accepted and checked, without effect yet: it comes with {feature}.*";
        return $"| `{name}` | {fallback} | {Escape(key.Allowed)} | {Escape(meaning)} |";
    }

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
