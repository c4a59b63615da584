using System.CommandLine;
using System.CommandLine.Invocation;
using System.Diagnostics.CodeAnalysis;
using Amp.Shared.Faults;
using Amp.Shared.Options;
using Microsoft.AspNetCore.Builder;

namespace Amp.ServiceDefaults;

/// <summary>What all executables share: the command line, the one-line error, the exit codes.</summary>
public static class AmpProgram
{
    public const int Success = 0;
    public const int RuntimeError = 1;
    public const int UsageError = 2;

    /// <summary>Runs a service by itself: its own options besides <c>--config</c>, its host, until a signal stops it.</summary>
    public static Task<int> RunServiceAsync(string[] args, string description, Func<AmpSettings, ParseResult, WebApplication> build, params Option[] options)
    {
        var root = new RootCommand(description) { ConfigOption.Create() };
        foreach (var option in options)
            root.Add(option);
        root.SetAction((parsed, _) => ServiceRunner.RunAsync(SettingsLoader.Load(ConfigOption.Request(parsed)), settings => build(settings, parsed)));
        return InvokeAsync(root, args);
    }

    /// <summary>Parses and runs; every fault becomes one line on the standard error output and an exit code.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The last resort of the process: what nobody caught is told in one line.")]
    /// <param name="root">The commands.</param>
    /// <param name="args">What was typed.</param>
    /// <param name="stop">Ends a command that does not take signals itself.</param>
    public static async Task<int> InvokeAsync(RootCommand root, string[] args, CancellationToken stop = default)
    {
        try
        {
            var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0 && parsed.Action is not { ClearsParseErrors: true })
                throw new UsageException(string.Join("; ", parsed.Errors.Select(e => e.Message.TrimEnd('.'))));
            // Signals are taken by those who run services; the parser's own handler would end the process after two seconds.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop);
        }
        catch (UsageException e)
        {
            await Console.Error.WriteLineAsync($"error: {AmpException.Describe(e)}; see {root.Name} --help");
            return UsageError;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("error: interrupted");
            return RuntimeError;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync("error: " + AmpException.Describe(e));
            if (string.Equals(Environment.GetEnvironmentVariable(ConfigVariables.LogLevel), "trace", StringComparison.OrdinalIgnoreCase))
                await Console.Error.WriteLineAsync(e.ToString());
            return RuntimeError;
        }
    }
}
