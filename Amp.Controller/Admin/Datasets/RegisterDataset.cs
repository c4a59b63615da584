using Amp.Controller.Admin.Audit;
using Amp.Controller.Admin.Wire;
using Amp.Controller.Registration;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Datasets;

/// <summary><c>POST /datasets</c>: stores and links a manifest, moves <c>dev</c>, sets the version; all or nothing. The same again is no error.</summary>
internal static class RegisterDataset
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/datasets", HandleAsync)
        .WithName("post_datasets").WithTags("Datasets").WithSummary("Registers a dataset, or a new version of one")
        .Takes<RegisterRequest>().Produces<RegisterResponse>(StatusCodes.Status201Created)
        .Fails(
            ErrorCode.InvalidRequest, ErrorCode.InvalidPayload, ErrorCode.InvalidNamespace, ErrorCode.InvalidName, ErrorCode.InvalidVersion, ErrorCode.InvalidManifest,
            ErrorCode.InvalidManifestHash, ErrorCode.UnsupportedDatasetKind, ErrorCode.ManifestNotFound, ErrorCode.VersionConflict, ErrorCode.PayloadTooLarge);

    private static async Task<IResult> HandleAsync(
        NpgsqlDataSource database, HttpRequest request, [FromQuery(Name = "force")] string? force, CancellationToken cancellationToken)
    {
        var mayMove = QueryFlag.Read("force", force) ?? false;
        var asked = await RequestBody.ReadAsync(request, ErrorCode.InvalidPayload, Read);
        await AuditedRequest.NameAsync(request, $"{asked.Namespace}/{asked.Name}{(asked.Version is { } version ? "@" + version.Text : "")}", cancellationToken);
        var manifest = asked.Manifest ?? await FindAsync(database, asked.Hash!.Value, cancellationToken);
        DatasetKinds.Check(manifest, "$.manifest");
        var hash = await DatasetRegistration.RegisterAsync(database, asked.Namespace, asked.Name, asked.Version, manifest, mayMove, cancellationToken);
        return Results.Json(
            new RegisterResponse(
                asked.Namespace, asked.Name, asked.Version?.Text, hash.ToString(), manifest.Kind, manifest.StartBlock,
                manifest is RawManifest { FinalizedBlocksOnly: true }, DatasetKinds.TablesOf(manifest)),
            statusCode: StatusCodes.Status201Created);
    }

    private static Asked Read(JsonNodeAt root)
    {
        root.Only("namespace", "name", "version", "manifest");
        var ns = DatasetNames.CheckNamespace(root.Required("namespace").String());
        var name = DatasetNames.CheckName(root.Required("name").String());
        var version = root.Optional("version") is { } text ? DatasetVersion.Parse(text.String()) : null;
        var manifest = root.Required("manifest");
        return manifest.Value.ValueKind switch
        {
            System.Text.Json.JsonValueKind.String => new Asked(ns, name, version, Manifest: null, ManifestHash.Parse(manifest.String())),
            System.Text.Json.JsonValueKind.Object => new Asked(ns, name, version, ManifestReader.Read(manifest with { Code = ErrorCode.InvalidManifest }), Hash: null),
            _ => throw manifest.Fault("a manifest object, or the hash of a stored manifest, is needed"),
        };
    }

    private static async Task<Manifest> FindAsync(NpgsqlDataSource database, ManifestHash hash, CancellationToken cancellationToken) =>
        await ManifestStore.FindAsync(database, hash, cancellationToken) is { } content
            ? ManifestReader.Read(content)
            : throw new AmpException(ErrorCode.ManifestNotFound, $"no manifest {hash} is stored; send it as an object, or store it first: POST /manifests");

    private sealed record Asked(string Namespace, string Name, DatasetVersion? Version, Manifest? Manifest, ManifestHash? Hash);

    /// <param name="Manifest">A manifest object, or the hash of a stored one.</param>
    public sealed record RegisterRequest(string Namespace, string Name, string? Version, object Manifest);

    public sealed record RegisterResponse(
        string Namespace, string Name, string? Version, string ManifestHash, string Kind, ulong StartBlock, bool FinalizedBlocksOnly, IReadOnlyList<string> Tables);
}
