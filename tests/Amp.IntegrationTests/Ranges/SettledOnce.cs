using Amp.Worker.Housekeeping;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Amp.IntegrationTests.Ranges;

/// <summary>What the chores of an idle worker cost.</summary>
public sealed class SettledOnce : IAsyncLifetime
{
    private JobInDatabase _jobs = null!;

    public async ValueTask InitializeAsync() => _jobs = await JobInDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    [Fact]
    public async Task The_segments_of_a_whole_job_are_not_read_again()
    {
        await _jobs.PlanAsync(end: null);
        var worker = await _jobs.RegisterAsync("w1");
        var head = (await _jobs.ClaimAsync(worker))!;
        await _jobs.RegisterAsync((await _jobs.ClaimAsync(worker, size: 1000))!, 999, done: true);

        var clock = new QuickTime();
        var chores = new Chores(_jobs.Source, worker, clock, NullLogger<Chores>.Instance);
        await chores.RunAsync(default);
        await _jobs.RegisterAsync(head, 1009, done: false);

        // Whoever reads the segments now waits for them.
        await using var other = await _jobs.Source.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("lock table segments in access exclusive mode", other))
            await hold.ExecuteNonQueryAsync();
        for (var i = 0; i < 3; i++)
        {
            clock.Seconds += 60;
            await chores.RunAsync(default).WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    /// <summary>A clock that the test moves on.</summary>
    private sealed class QuickTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
