using Amp.Controller.Admin.Wire;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Npgsql;

namespace Amp.Controller.Admin.Datasets;

/// <summary><c>DELETE …/{namespace}/{name}</c>: unlinks the dataset and deletes manifests that nothing else needs; the data stays.</summary>
internal static class DeleteDataset
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/datasets/{namespace}/{name}", HandleAsync)
        .WithName("delete_datasets_namespace_name").WithTags("Datasets").WithSummary("Removes a dataset from the catalogue; its files stay")
        .Produces(StatusCodes.Status204NoContent)
        .Fails(ErrorCode.InvalidNamespace, ErrorCode.InvalidName, ErrorCode.ActiveJobConflict);

    private static async Task<IResult> HandleAsync(NpgsqlDataSource database, string @namespace, string name, CancellationToken cancellationToken)
    {
        await DatasetRemoval.RemoveAsync(database, DatasetNames.CheckNamespace(@namespace), DatasetNames.CheckName(name), cancellationToken);
        return Results.NoContent();
    }
}
