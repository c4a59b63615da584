using Amp.Controller.Admin.Wire;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Npgsql;

namespace Amp.Controller.Admin.Datasets;

/// <summary><c>DELETE …/versions/{version}</c>: takes one version's name away; never that of the highest one.</summary>
internal static class DeleteVersion
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/datasets/{namespace}/{name}/versions/{revision}", HandleAsync)
        .WithName("delete_datasets_namespace_name_versions_revision").WithTags("Datasets").WithSummary("Removes one version's name; its manifest and data stay")
        .Produces(StatusCodes.Status204NoContent)
        .Fails(ErrorCode.InvalidNamespace, ErrorCode.InvalidName, ErrorCode.InvalidVersion, ErrorCode.CannotDeleteLatestVersion);

    private static async Task<IResult> HandleAsync(
        NpgsqlDataSource database, string @namespace, string name, string revision, CancellationToken cancellationToken)
    {
        DatasetNames.CheckNamespace(@namespace);
        DatasetNames.CheckName(name);
        var version = DatasetVersion.Parse(revision);
        await DatasetRemoval.RemoveVersionAsync(database, @namespace, name, version, cancellationToken);
        return Results.NoContent();
    }
}
