using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Npgsql;

namespace Amp.Controller.Admin.Datasets;

/// <summary><c>GET …/versions/{revision}</c> and <c>GET …/{namespace}/{name}</c>, which means <c>latest</c>.</summary>
internal static class GetDataset
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/datasets/{namespace}/{name}/versions/{revision}", HandleAsync)
            .WithName("get_datasets_namespace_name_versions_revision").WithTags("Datasets").WithSummary("Tells what a revision of a dataset is")
            .Fails(ErrorCode.InvalidNamespace, ErrorCode.InvalidName, ErrorCode.InvalidRevision, ErrorCode.DatasetNotFound);
        routes.MapGet(
                "/datasets/{namespace}/{name}",
                (NpgsqlDataSource database, string @namespace, string name, CancellationToken cancellationToken) =>
                    HandleAsync(database, @namespace, name, "latest", cancellationToken))
            .WithName("get_datasets_namespace_name").WithTags("Datasets").WithSummary("Tells what the latest version of a dataset is")
            .Fails(ErrorCode.InvalidNamespace, ErrorCode.InvalidName, ErrorCode.DatasetNotFound);
    }

    private static async Task<DatasetInfo> HandleAsync(
        NpgsqlDataSource database, string @namespace, string name, string revision, CancellationToken cancellationToken) =>
        DatasetInfo.From(await DatasetReading.ResolveAsync(database, DatasetPath.Read(@namespace, name, revision), cancellationToken));
}
