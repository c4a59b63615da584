namespace Amp.AppHost.Local;

/// <summary>What the running resources share.</summary>
/// <param name="StateFolder">Everything that outlives a run: <c>.amp</c>.</param>
/// <param name="Fatal">Ends the whole run: the picture cannot become whole.</param>
internal sealed record LocalContext(string StateFolder, ConsoleLog Log, Func<Resource, RunningResource> Running, Action<Exception> Fatal, CancellationToken Stopping);
