using System.CommandLine;
using Amp.DevChain.Chain;

namespace Amp.DevChain.Commands;

/// <summary>The command line. What is wrong with it is said in one line, exit code 2.</summary>
internal static class DevChainCommand
{
    private const int WrongOptions = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new DevChainOptions();
        var command = new RootCommand(
            """
            A simulated Ethereum node: JSON-RPC over HTTP POST and WebSocket, on the loopback interface.
            Equal seeds and options give equal chains. POST /admin/mine, /admin/reorg, /admin/faults, /admin/clear,
            /admin/conditions and GET /admin/stats, /admin/faults, /admin/blocks/N, /admin/truth?from=A&to=B steer and watch it.
            """);
        foreach (var option in options.All)
            command.Options.Add(option);
        command.SetAction((result, cancellation) => ServeAsync(options.Read(result), cancellation));
        var parsed = command.Parse(args);
        if (parsed.Errors.Count == 0)
            return await parsed.InvokeAsync();
        return await RefuseAsync(parsed.Errors[0].Message);
    }

    private static async Task<int> ServeAsync(DevChainSettings settings, CancellationToken cancellation)
    {
        if (settings.Problem() is { } problem)
            return await RefuseAsync(problem);
        WebApplication app;
        try
        {
            app = DevChainHost.Build(settings);
        }
        catch (Exception error) when (error is ArgumentException or IOException or UnauthorizedAccessException)
        {
            // The folder of --state holds another chain, or cannot be written.
            return await RefuseAsync(error.Message);
        }

        await using (app)
            return await RunAsync(app, settings, cancellation);
    }

    private static async Task<int> RunAsync(WebApplication app, DevChainSettings settings, CancellationToken cancellation)
    {
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException error)
        {
            return await RefuseAsync(error.Message);
        }

        var head = app.Services.GetRequiredService<Simulation>().Head;
        await Console.Out.WriteLineAsync(
            $"devchain {settings.Network} (chain id {settings.ChainId}, grade {settings.Grade.ToString().ToLowerInvariant()}, " +
            $"seed {settings.Seed}, height {head}) listens on {DevChainHost.Address(app)}");
        await app.WaitForShutdownAsync(cancellation);
        return 0;
    }

    private static async Task<int> RefuseAsync(string problem)
    {
        await Console.Error.WriteLineAsync($"devchain: {problem.ReplaceLineEndings(" ")}");
        return WrongOptions;
    }
}
