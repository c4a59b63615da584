using Amp.Shared.Faults;
using Amp.Shared.Metadata;
using Amp.Shared.Metadata.Jobs;

namespace Amp.UnitTests.House;

/// <summary>Words that the database and clients keep. A list here may be extended, never changed.</summary>
public sealed class PersistedWordsAreFrozen
{
    [Fact]
    public void States_of_jobs() => Assert.Equal(
        ["SCHEDULED", "RUNNING", "COMPLETED", "ERROR", "FATAL", "STOP_REQUESTED", "STOPPING", "STOPPED"], JobStatusText.All);

    [Fact]
    public void States_of_ranges() => Assert.Equal(["WAITING", "LEASED", "DONE"], RangeState.All);

    [Fact]
    public void Types_of_events() => Assert.Superset(
        new HashSet<string>(
        [
            "SCHEDULED", "RUNNING", "COMPLETED", "ERROR", "FATAL", "STOP_REQUESTED", "STOPPING", "STOPPED",
            "PLANNED", "RANGE_CLAIMED", "RANGE_RELEASED", "RANGE_DONE", "LEASE_EXPIRED", "REORGANISED",
        ]),
        new HashSet<string>(JobEventType.All));

    [Fact]
    public void Channels() => Assert.Equal(
        ("amp_jobs", "amp_segments", "amp_datasets"), (NotifyChannels.Jobs, NotifyChannels.Segments, NotifyChannels.Datasets));

    [Theory]
    [InlineData(ErrorCode.InvalidSqlString, "INVALID_SQL_STRING")]
    [InlineData(ErrorCode.SqlParseError, "SQL_PARSE_ERROR")]
    [InlineData(ErrorCode.InvalidPlan, "INVALID_PLAN")]
    [InlineData(ErrorCode.StreamingNotSupported, "STREAMING_NOT_SUPPORTED")]
    [InlineData(ErrorCode.TableNotFoundError, "TABLE_NOT_FOUND_ERROR")]
    [InlineData(ErrorCode.TooManyQueries, "TOO_MANY_QUERIES")]
    [InlineData(ErrorCode.QueryTimeout, "QUERY_TIMEOUT")]
    [InlineData(ErrorCode.ResourcesExhausted, "RESOURCES_EXHAUSTED")]
    [InlineData(ErrorCode.ExecutionError, "EXECUTION_ERROR")]
    [InlineData(ErrorCode.VersionConflict, "VERSION_CONFLICT")]
    [InlineData(ErrorCode.ActiveJobConflict, "ACTIVE_JOB_CONFLICT")]
    [InlineData(ErrorCode.CannotDeleteLatestVersion, "CANNOT_DELETE_LATEST_VERSION")]
    [InlineData(ErrorCode.DatasetNotFound, "DATASET_NOT_FOUND")]
    [InlineData(ErrorCode.WorkerNotAvailable, "WORKER_NOT_AVAILABLE")]
    [InlineData(ErrorCode.ManifestLinked, "MANIFEST_LINKED")]
    [InlineData(ErrorCode.JobConflict, "JOB_CONFLICT")]
    [InlineData(ErrorCode.NetworkMismatch, "NETWORK_MISMATCH")]
    public void Error_codes_on_the_wire(ErrorCode code, string word) => Assert.Equal(word, code.ToWire());
}
