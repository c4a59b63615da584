using Amp.AppHost.Local;

namespace Aspire.Hosting;

/// <summary>The picture, ready to run as plain processes or to be written down as a manifest.</summary>
public sealed class DistributedApplication
{
    private readonly IDistributedApplicationBuilder _builder;

    internal DistributedApplication(IDistributedApplicationBuilder builder) => _builder = builder;

    public static IDistributedApplicationBuilder CreateBuilder(string[] args)
    {
        if (args.Contains("--help", StringComparer.Ordinal))
        {
            Console.WriteLine(LocalArguments.Help);
            Environment.Exit(0);
        }

        if (LocalArguments.Problem(args) is { } problem)
        {
            Console.Error.WriteLine($"error: {problem}");
            Environment.Exit(2);
        }

        return new DistributedApplicationBuilder(args);
    }

    /// <summary>Runs until a signal comes; the exit code of the process is 1 when it ends because of a fault.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (_builder.ExecutionContext.IsRunMode)
        {
            Environment.ExitCode = await LocalRun.RunAsync(_builder, cancellationToken);
            return;
        }

        var path = _builder.Configuration["output-path"];
        if (_builder.Configuration["publisher"] != "manifest")
            await RefuseAsync($"--publisher is '{_builder.Configuration["publisher"]}': the local runtime writes 'manifest' alone", exitCode: 2);
        else if (string.IsNullOrEmpty(path))
            await RefuseAsync("--publisher manifest needs --output-path FILE", exitCode: 2);
        else
            await PublishAsync(path, cancellationToken);
    }

    private async Task PublishAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await ManifestFile.WriteAsync(_builder, Path.GetFullPath(path), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await RefuseAsync($"--output-path {path} cannot be written: {e.Message}", exitCode: 1);
        }
    }

    private static Task RefuseAsync(string problem, int exitCode)
    {
        Environment.ExitCode = exitCode;
        return Console.Error.WriteLineAsync($"error: {problem}");
    }
}
