using System.Globalization;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Options;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Revisions;

/// <summary>
/// <c>DELETE /revisions/{id}/prune</c>: hands the segments that are not of the canonical chain, which no query reads, to the collector.
/// </summary>
internal static class PruneRevision
{
    private const long MaxDelaySeconds = 3_153_600_000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/revisions/{id}/prune", HandleAsync)
        .WithName("delete_revisions_id_prune").WithTags("Revisions")
        .WithSummary("Has the files that reorganisations left behind deleted, those that end before a block if one is given. Refused while a job writes there")
        .Fails(ErrorCode.InvalidLocationId, ErrorCode.InvalidRequest, ErrorCode.LocationNotFound, ErrorCode.LocationConflict);

    private static async Task<PruneResponse> HandleAsync(
        NpgsqlDataSource database,
        AmpSettings settings,
        string id,
        [FromQuery(Name = "before_block")] string? beforeBlock,
        [FromQuery(Name = "gc_delay_secs")] string? delay,
        CancellationToken cancellationToken)
    {
        var before = Number("before_block", beforeBlock) ?? long.MaxValue;
        var seconds = Number("gc_delay_secs", delay) ?? (long)settings.Writer.Collector.DeletionLockDuration;
        if (seconds > MaxDelaySeconds)
            throw new AmpException(ErrorCode.InvalidRequest, $"gc_delay_secs is '{delay}'; {MaxDelaySeconds} (about a hundred years) is the most");
        var location = await RevisionInfo.FindAsync(database, id, cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LocationWrites.RequireIdleAsync(connection, location, cancellationToken);
        var live = await SegmentReading.OfRevisionAsync(connection, location.Id, cancellationToken);
        var left = CanonicalChain.LeftBehind(live).Where(s => (long)s.End < before).Select(s => s.Id).ToList();
        var scheduled = await RetiredSegments.RetireAsync(connection, location.Id, left, TimeSpan.FromSeconds(seconds), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new PruneResponse(scheduled, seconds);
    }

    private static long? Number(string parameter, string? text)
    {
        if (text is null)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new AmpException(ErrorCode.InvalidRequest, $"{parameter} is '{text}'; a whole number from 0 is needed");
    }

    /// <param name="FilesScheduled">Files that a collector deletes when the delay is over (<c>writer.collector.active</c>).</param>
    public sealed record PruneResponse(long FilesScheduled, long GcDelaySecs);
}
