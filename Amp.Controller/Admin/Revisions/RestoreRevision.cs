using Amp.Controller.Admin.Wire;
using Amp.Controller.Restoring;
using Amp.Shared.Faults;
using Npgsql;

namespace Amp.Controller.Admin.Revisions;

/// <summary><c>POST /revisions/{id}/restore</c>: registers the files of a revision's folder.</summary>
internal static class RestoreRevision
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/revisions/{id}/restore", HandleAsync)
        .WithName("post_revisions_id_restore").WithTags("Revisions").WithSummary("Registers the files of a revision's folder; nothing in the folder is changed")
        .Fails(ErrorCode.InvalidLocationId, ErrorCode.LocationNotFound, ErrorCode.ObjectStoreError);

    private static async Task<RestoreResponse> HandleAsync(NpgsqlDataSource database, LakeRestore restore, string id, CancellationToken cancellationToken)
    {
        var done = await restore.RestoreAsync(await RevisionInfo.FindAsync(database, id, cancellationToken), cancellationToken);
        return new RestoreResponse(done.Folder.Files.Count, done.Registered, done.Folder.Problems);
    }

    /// <param name="TotalFiles">Segments in the folder.</param>
    /// <param name="RegisteredFiles">Of them, those that no row had named.</param>
    /// <param name="Problems">Files that are no segments of the table, and why; they are left alone.</param>
    public sealed record RestoreResponse(int TotalFiles, int RegisteredFiles, IReadOnlyList<FileProblem> Problems);
}
