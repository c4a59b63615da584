using System.Collections.Concurrent;
using Amp.LocalPostgres.Processes;

namespace Amp.UnitTests.LocalPostgres;

public sealed class GuardedProcessTests
{
    [Fact]
    public async Task The_child_tells_its_lines_and_its_exit_code()
    {
        var lines = new ConcurrentQueue<(string, bool)>();
        await using var process = Shell("echo out; echo err >&2; exit 7", new() { OnLine = (line, isError) => lines.Enqueue((line, isError)) });
        Assert.Equal(7, await process.Exited);
        Assert.Equal([("err", true), ("out", false)], lines.Order());
    }

    [Fact]
    public async Task The_id_is_that_of_the_child_itself()
    {
        var line = new TaskCompletionSource<string>();
        await using var process = Shell("echo $$; exec sleep 60", new() { OnLine = (text, _) => line.TrySetResult(text) });
        Assert.Equal(process.Id.ToString(), await line.Task.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.True(Posix.IsAlive(process.Id));
        await process.KillAsync();
        Assert.False(Posix.IsAlive(process.Id));
    }

    [Fact]
    public async Task A_child_that_does_not_end_when_asked_is_killed()
    {
        var ready = new TaskCompletionSource();
        await using var process = Shell("trap '' TERM; echo ready; while true; do sleep 1; done", new()
        {
            GracePeriod = TimeSpan.FromMilliseconds(300),
            OnLine = (_, _) => ready.TrySetResult(),
        });
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(128 + 9, await process.StopAsync());
    }

    [Fact]
    public async Task Variables_are_added_and_taken_away()
    {
        var line = new TaskCompletionSource<string>();
        await using var process = Shell("echo \"$ADDED ${HOME-none}\"", new()
        {
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["ADDED"] = "yes", ["HOME"] = null },
            OnLine = (text, _) => line.TrySetResult(text),
        });
        Assert.Equal("yes none", await line.Task.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    private sealed record Options
    {
        public Action<string, bool>? OnLine { get; init; }

        public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(10);

        public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);
    }

    private static GuardedProcess Shell(string script, Options options) =>
        GuardedProcess.Start(new GuardedProcessSettings("/bin/sh", ["-c", script])
        {
            OnLine = options.OnLine,
            GracePeriod = options.GracePeriod,
            Environment = options.Environment,
        });
}
