using System.Text.Json.Serialization.Metadata;
using Amp.Controller.Admin.Wire;
using Amp.Controller.Scheduling;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Metadata.Jobs;
using Microsoft.OpenApi;
using Npgsql;

namespace Amp.Controller.Admin.Datasets;

/// <summary>
/// <c>POST …/versions/{revision}/deploy</c>: starts the extraction of a dataset version. The same deploy while it is active
/// gives the same job; another one is refused; after a terminal state the same deploy starts its job again.
/// </summary>
internal static class DeployDataset
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/datasets/{namespace}/{name}/versions/{revision}/deploy", HandleAsync)
        .WithName("post_datasets_namespace_name_versions_revision_deploy").WithTags("Datasets")
        .WithSummary("Deploys a dataset version: makes the job that extracts it; the body may be empty")
        .Takes<DeployRequest>().Produces<DeployResponse>(StatusCodes.Status202Accepted)
        .Fails(
            ErrorCode.InvalidPayload, ErrorCode.InvalidNamespace, ErrorCode.InvalidName, ErrorCode.InvalidRevision, ErrorCode.DatasetNotFound,
            ErrorCode.UnsupportedDatasetKind, ErrorCode.InvalidEndBlock, ErrorCode.InvalidParallelism, ErrorCode.InvalidWorkerId, ErrorCode.WorkerNotAvailable,
            ErrorCode.VerifyNotSupported, ErrorCode.NoProviderForNetwork, ErrorCode.ActiveJobConflict, ErrorCode.PayloadTooLarge);

    /// <summary>An end is text or a number, which no type of .NET says.</summary>
    public static void DescribeEnd(OpenApiSchema schema, JsonTypeInfo type)
    {
        if (type.Type == typeof(DeployRequest))
            schema.Properties!["end_block"] = new OpenApiSchema { Type = JsonSchemaType.Null | JsonSchemaType.String | JsonSchemaType.Integer, Pattern = "^(latest|-?[0-9]+)$" };
    }

    private static async Task<IResult> HandleAsync(
        NpgsqlDataSource database,
        DeployChecks checks,
        DeployLog log,
        HttpRequest request,
        string @namespace,
        string name,
        string revision,
        CancellationToken cancellationToken)
    {
        var path = DatasetPath.Read(@namespace, name, revision);
        var descriptor = await RequestBody.ReadOptionalAsync(request, ErrorCode.InvalidPayload, JobDescriptor.Default, Read);
        var dataset = await DatasetReading.ResolveAsync(database, path, cancellationToken);
        var manifest = await checks.CheckAsync(dataset, descriptor, cancellationToken);
        var deployment = new JobDeployment(
            dataset.Namespace, dataset.Name, dataset.ManifestHash, manifest.Kind, manifest.Network, manifest.StartBlock, descriptor);
        var result = await JobDeploySql.DeployAsync(database, deployment, cancellationToken);
        log.Deployed(dataset.FullName, dataset.ManifestHash, result);
        return result.Outcome == DeployOutcome.Conflict
            ? throw new AmpException(
                ErrorCode.ActiveJobConflict,
                $"job {result.JobId} of '{dataset.FullName}' is {result.Status.ToWord()} with {result.Active.ToJson()}, this deploy asks for {descriptor.ToJson()}; "
                + $"stop it first: PUT /jobs/{result.JobId}/stop")
            : Results.Json(new DeployResponse(result.JobId), statusCode: StatusCodes.Status202Accepted);
    }

    private static JobDescriptor Read(JsonNodeAt root)
    {
        root.Only("end_block", "parallelism", "worker_id", "verify");
        return new JobDescriptor(
            root.Member("end_block") is { } end ? EndBlock.Parse(end.Value) : EndBlock.Continuous,
            root.Optional("parallelism")?.Int() ?? JobDescriptor.DefaultParallelism,
            root.Optional("worker_id")?.String(),
            root.Optional("verify")?.Bool() ?? false);
    }

    /// <param name="EndBlock">null = continuous, "latest", "N", "-N", or a number.</param>
    /// <param name="Parallelism">How many ranges may be worked on at once.</param>
    /// <param name="WorkerId">Exact node id, or a prefix with *, of the workers that may take the job's ranges.</param>
    public sealed record DeployRequest(string? EndBlock, int? Parallelism, string? WorkerId, bool? Verify);

    public sealed record DeployResponse(long JobId);
}
