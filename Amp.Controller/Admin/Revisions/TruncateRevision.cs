using System.Globalization;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Revisions;

/// <summary><c>DELETE /revisions/{id}/truncate</c>: deletes all registered files of a revision, now; the revision stays, empty.</summary>
internal static class TruncateRevision
{
    private const int DefaultConcurrency = 10;
    private const int MaxConcurrency = 64;
    private const int Batch = 500;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/revisions/{id}/truncate", HandleAsync)
        .WithName("delete_revisions_id_truncate").WithTags("Revisions")
        .WithSummary("Deletes all files of a revision at once; queries that read them are told so. Refused while a job writes there")
        .Fails(ErrorCode.InvalidLocationId, ErrorCode.InvalidRequest, ErrorCode.LocationNotFound, ErrorCode.LocationConflict, ErrorCode.ObjectStoreError);

    private static async Task<TruncateResponse> HandleAsync(
        NpgsqlDataSource database,
        IObjectStore lake,
        string id,
        [FromQuery(Name = "concurrency")] string? concurrency,
        CancellationToken cancellationToken)
    {
        var atOnce = ReadConcurrency(concurrency);
        var location = await RevisionInfo.FindAsync(database, id, cancellationToken);
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            // Readers lose all of it at once; a crash from here on leaves the rest to the collector.
            await LocationWrites.RequireIdleAsync(connection, location, cancellationToken);
            await RetiredSegments.RetireAsync(connection, location.Id, ids: null, TimeSpan.Zero, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        var deleted = 0L;
        while (await RetiredSegments.OfLocationAsync(database, location.Id, Batch, cancellationToken) is { Count: > 0 } files)
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(files, options, async (file, ct) => await lake.DeleteAsync($"{location.Path.TrimEnd('/')}/{file.FileName}", ct));
            await RetiredSegments.ForgetAsync(database, [.. files.Select(f => f.Id)], cancellationToken);
            deleted += files.Count;
        }

        return new TruncateResponse(deleted);
    }

    private static int ReadConcurrency(string? text)
    {
        if (text is null)
            return DefaultConcurrency;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxConcurrency
            ? number
            : throw new AmpException(ErrorCode.InvalidRequest, $"concurrency is '{text}'; a number from 1 to {MaxConcurrency} is needed");
    }

    public sealed record TruncateResponse(long FilesDeleted);
}
