using System.Text.Json;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;

namespace Amp.UnitTests.Jobs;

public sealed class JobDescriptorTests
{
    [Theory]
    [InlineData("null", null)]
    [InlineData("\"latest\"", "latest")]
    [InlineData("\"20000000\"", "20000000")]
    [InlineData("20000000", "20000000")]
    [InlineData("\"-100\"", "-100")]
    [InlineData("-100", "-100")]
    [InlineData("\"007\"", "7")]
    public void An_end_block_is_read_and_written_canonically(string json, string? word) =>
        Assert.Equal(word, EndBlock.Parse(JsonDocument.Parse(json).RootElement).ToWord());

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"-\"")]
    [InlineData("\"+5\"")]
    [InlineData("\" 5\"")]
    [InlineData("\"1e3\"")]
    [InlineData("\"٣\"")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("\"LATEST\"")]
    [InlineData("\"9223372036854775808\"")]
    public void Anything_else_is_refused_as_an_end_block(string json)
    {
        var fault = Assert.Throws<AmpException>(() => EndBlock.Parse(JsonDocument.Parse(json).RootElement));
        Assert.Equal(ErrorCode.InvalidEndBlock, fault.Code);
    }

    [Fact]
    public void End_blocks_are_resolved_against_the_tip()
    {
        Assert.Null(EndBlock.Parse((string?)null).Resolve(100));
        Assert.Equal(100UL, EndBlock.Parse("latest").Resolve(100));
        Assert.Equal(90UL, EndBlock.Parse("-10").Resolve(100));
        Assert.Equal(7UL, EndBlock.Parse("7").Resolve(100));
        Assert.Equal(ErrorCode.InvalidEndBlock, Assert.Throws<AmpException>(() => EndBlock.Parse("-101").Resolve(100)).Code);
    }

    [Fact]
    public void Canonical_json_is_frozen()
    {
        Assert.Equal("""{"end_block":null,"parallelism":4,"worker_id":null,"verify":false}""", JobDescriptor.Default.ToJson());
        Assert.Equal(
            """{"end_block":"-10","parallelism":2,"worker_id":"eu-*","verify":true}""",
            new JobDescriptor(EndBlock.Parse("-10"), 2, "eu-*", Verify: true).ToJson());
    }

    [Fact]
    public void Descriptors_compare_by_value_whatever_the_spelling()
    {
        var stored = JobDescriptor.Parse("""{ "verify" : false, "parallelism":4, "end_block":"0100", "worker_id":null }""");
        Assert.Equal(new JobDescriptor(EndBlock.Parse("100"), 4, null, Verify: false), stored);
        Assert.NotEqual(new JobDescriptor(EndBlock.Parse("-100"), 4, null, Verify: false), stored);
        Assert.NotEqual(new JobDescriptor(EndBlock.AtTip, 4, null, Verify: false), stored);
    }

    [Theory]
    [InlineData(null, "w1", true)]
    [InlineData("w1", "w1", true)]
    [InlineData("w1", "w12", false)]
    [InlineData("w1*", "w12", true)]
    [InlineData("eu-*", "us-1", false)]
    [InlineData("*", "anything", true)]
    public void A_worker_pattern_is_an_exact_id_or_a_prefix(string? pattern, string nodeId, bool admitted) =>
        Assert.Equal(admitted, (JobDescriptor.Default with { WorkerId = pattern }).Admits(nodeId));

    [Fact]
    public void An_end_before_the_start_and_no_parallelism_are_refused()
    {
        var early = Assert.Throws<AmpException>(() => (JobDescriptor.Default with { EndBlock = EndBlock.Parse("9") }).Validate(startBlock: 10));
        Assert.Equal(ErrorCode.InvalidEndBlock, early.Code);
        Assert.Contains("start_block 10", early.Message, StringComparison.Ordinal);
        var none = Assert.Throws<AmpException>(() => (JobDescriptor.Default with { Parallelism = 0 }).Validate(0));
        Assert.Equal(ErrorCode.InvalidParallelism, none.Code);
        (JobDescriptor.Default with { EndBlock = EndBlock.Parse("10") }).Validate(startBlock: 10);
    }

    [Theory]
    [InlineData(null, false, DeployOutcome.Inserted)]
    [InlineData("SCHEDULED", true, DeployOutcome.AlreadyActive)]
    [InlineData("ERROR", true, DeployOutcome.AlreadyActive)]
    [InlineData("STOPPING", true, DeployOutcome.AlreadyActive)]
    [InlineData("RUNNING", false, DeployOutcome.Conflict)]
    [InlineData("STOP_REQUESTED", false, DeployOutcome.Conflict)]
    [InlineData("COMPLETED", true, DeployOutcome.Restarted)]
    [InlineData("FATAL", true, DeployOutcome.Restarted)]
    [InlineData("STOPPED", false, DeployOutcome.Inserted)]
    public void What_a_deploy_does_depends_on_the_newest_job(string? status, bool same, DeployOutcome outcome)
    {
        var wanted = JobDescriptor.Default;
        var newest = status is null ? null : new NewestJob(1, JobStatusText.Parse(status), same ? wanted : wanted with { Parallelism = 9 });
        Assert.Equal(outcome, JobDeploySql.Decide(newest, wanted));
    }
}
