using Amp.Controller.Verifying;
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
    public void States_of_verifications() => Assert.Equal(["SCHEDULED", "RUNNING", "COMPLETED", "FAILED"], VerificationStatus.All);

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

    [Fact]
    public void Error_codes_on_the_wire() => Assert.Superset(
        new HashSet<string>(
        [
            "INTERNAL_ERROR", "INVALID_CONFIG", "INVALID_REQUEST", "INVALID_PAYLOAD", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "NOT_FOUND",
            "METHOD_NOT_ALLOWED", "DATABASE_UNAVAILABLE", "DATABASE_NEWER", "DATABASE_OLDER", "OBJECT_STORE_ERROR", "INVALID_NAMESPACE",
            "INVALID_NAME", "INVALID_VERSION", "INVALID_REVISION", "INVALID_TABLE_NAME", "INVALID_MANIFEST", "INVALID_MANIFEST_HASH",
            "UNSUPPORTED_DATASET_KIND", "MANIFEST_NOT_FOUND", "MANIFEST_LINKED", "MANIFEST_REGISTRATION_ERROR", "DATASET_NOT_FOUND",
            "TABLE_NOT_FOUND", "VERSION_CONFLICT", "CANNOT_DELETE_LATEST_VERSION", "ACTIVE_JOB_CONFLICT", "INVALID_END_BLOCK", "INVALID_PARALLELISM",
            "INVALID_WORKER_ID", "WORKER_NOT_AVAILABLE", "WORKER_NOT_FOUND", "VERIFY_NOT_SUPPORTED", "INVALID_JOB_ID", "INVALID_JOB_STATUS",
            "INVALID_EVENT_ID", "JOB_NOT_FOUND", "EVENT_NOT_FOUND", "JOB_CONFLICT", "INVALID_LIMIT", "INVALID_CURSOR", "INVALID_FILE_ID",
            "FILE_NOT_FOUND", "INVALID_PROVIDER", "PROVIDER_NOT_FOUND", "NO_PROVIDER_FOR_NETWORK", "PROVIDER_UNAVAILABLE", "PROVIDER_REJECTED",
            "PROVIDER_ANSWER_INVALID", "NETWORK_MISMATCH", "BLOCK_NOT_FOUND", "BLOCK_INVALID", "REORGANISED_CHAIN", "LEASE_LOST", "NODE_ID_TAKEN",
            "INVALID_NODE_ID", "INVALID_SQL_STRING", "SQL_PARSE_ERROR", "INVALID_PLAN", "TABLE_NOT_FOUND_ERROR", "STREAMING_NOT_SUPPORTED",
            "TOO_MANY_QUERIES", "QUERY_TIMEOUT", "QUERY_CANCELLED", "RESOURCES_EXHAUSTED", "EXECUTION_ERROR", "SEGMENT_GONE", "INVALID_TICKET",
            "UNAVAILABLE", "INVALID_LOCATION_ID", "LOCATION_NOT_FOUND", "LOCATION_CONFLICT", "NOT_IMPLEMENTED", "INVALID_VERIFICATION_ID", "VERIFICATION_NOT_FOUND",
            "PROVIDER_CONFLICT",
        ]),
        Enum.GetValues<ErrorCode>().Select(code => code.ToWire()).ToHashSet());
}
