using System.Diagnostics;
using Amp.Query.Execution;
using Amp.Shared.Faults;
using Amp.TestKit.Queries;

namespace Amp.UnitTests.Query;

public sealed class PlansStayInBounds : IDisposable
{
    private readonly QueryEngine _engine = NoTables.Engine(l => l with { Timeout = TimeSpan.FromSeconds(60), QueryMaxMemMb = 256 });

    public static TheoryData<string> Refused => [.. Bombs.OfPlanning.Select(b => b.Name)];

    public static TheoryData<string> Answered => [.. Bombs.Harmless.Select(b => b.Name)];

    public void Dispose() => _engine.Dispose();

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_no_limit_would_stop_in_time_is_refused_soon(string name)
    {
        var (_, sql, code) = Bombs.OfPlanning.Single(b => b.Name == name);
        var started = Stopwatch.GetTimestamp();
        var fault = await Assert.ThrowsAsync<AmpException>(() => RunAsync(sql));
        Assert.Equal(code, fault.Code);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        await RunAsync("select 1 as one");
    }

    [Theory]
    [MemberData(nameof(Answered))]
    public async Task What_is_merely_large_is_answered(string name) => Assert.True(await RunAsync(Bombs.Harmless.Single(b => b.Name == name).Sql) >= 0);

    [Fact]
    public async Task A_place_behind_a_hint_that_is_left_out_is_told_as_the_user_wrote_it()
    {
        const string Sql = "with c as not materialized (select 1 as a) select from x y z from c";
        var fault = await Assert.ThrowsAsync<AmpException>(() => RunAsync(Sql));
        Assert.Contains($"(position {Sql.IndexOf("z from", StringComparison.Ordinal)})", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slash_is_no_path()
    {
        var fault = await Assert.ThrowsAsync<AmpException>(() => RunAsync("select 1 / / 2 as a"));
        Assert.Contains("near \"/\"", fault.Message, StringComparison.Ordinal);
    }

    private async Task<long> RunAsync(string sql)
    {
        long rows = 0;
        await using var query = await _engine.PlanAsync(sql, TestContext.Current.CancellationToken);
        await foreach (var batch in query.ExecuteAsync(TestContext.Current.CancellationToken))
        {
            rows += batch.Length;
            batch.Dispose();
        }

        return rows;
    }
}
