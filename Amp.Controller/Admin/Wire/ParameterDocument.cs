using Amp.Shared.Datasets;
using Microsoft.OpenApi;

namespace Amp.Controller.Admin.Wire;

/// <summary>What the parameters of requests are. Endpoints take them as text, so that what is wrong is refused in the one shape of errors.</summary>
internal static class ParameterDocument
{
    private const string HashPattern = "^[0-9a-fA-F]{64}$";

    private static readonly Dictionary<string, (string Means, Func<OpenApiSchema> Schema)> _parameters = new(StringComparer.Ordinal)
    {
        ["namespace"] = ("Namespace of the dataset", () => Text(DatasetNames.NamespacePattern)),
        ["name"] = ("Name of the dataset or provider", () => Text(DatasetNames.NamePattern)),
        ["revision"] = ("latest, dev, the hash of a manifest, or a version", () => Text()),
        ["table_name"] = ("Name of the table", () => Text(DatasetNames.TablePattern)),
        ["hash"] = ("Hash of the manifest", () => Text(HashPattern)),
        ["id"] = ("Its id", () => Number(1)),
        ["event_id"] = ("Id of the event", () => Number(1)),
        ["file_id"] = ("Id of the file", () => Number(1)),
        ["limit"] = ("Entries of a page at most", Limit),
        ["last_job_id"] = ("next_cursor of the page before", () => Number(1)),
        ["last_event_id"] = ("next_cursor of the page before", () => Number(1)),
        ["last_file_id"] = ("next_cursor of the page before", () => Number(1)),
        ["last_location_id"] = ("next_cursor of the page before", () => Number(1)),
        ["last_audit_id"] = ("next_cursor of the page before", () => Number(1)),
        ["last_revision_id"] = ("Id of the last revision of the page before", () => Number(1)),
        ["last_dataset"] = ("next_cursor of the page before", () => Text()),
        ["last_version"] = ("next_cursor of the page before", () => Text()),
        ["last_hash"] = ("next_cursor of the page before", () => Text(HashPattern)),
        ["last_node_id"] = ("next_cursor of the page before", () => Text(DatasetNames.NodeIdPattern)),
        ["last_provider"] = ("next_cursor of the page before", () => Text(DatasetNames.NamePattern)),
        ["status"] = ("States of jobs", () => Text()),
        ["active"] = ("Those alone that queries read, or that they do not", () => new OpenApiSchema { Type = JsonSchemaType.Boolean }),
        ["force"] = ("Lets a version name another manifest than before", () => new OpenApiSchema { Type = JsonSchemaType.Boolean }),
        ["before_block"] = ("Files that end before it alone", () => Number(0)),
        ["gc_delay_secs"] = ("Seconds until a collector may delete the files", () => Number(0)),
        ["concurrency"] = ("Files deleted at once", () => Number(1)),
        ["dataset"] = ("namespace/name[@revision]", () => Text()),
        ["table"] = ("Name of one table", () => Text(DatasetNames.TablePattern)),
    };

    /// <exception cref="InvalidOperationException">A parameter that this list lacks: the document would not tell what it is.</exception>
    public static void Describe(OpenApiOperation operation)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            if (parameter.Name is not { } name || !_parameters.TryGetValue(name, out var known))
                throw new InvalidOperationException($"parameter '{parameter.Name}' of {operation.OperationId} has no description in {nameof(ParameterDocument)}");
            parameter.Description = known.Means;
            parameter.Schema = known.Schema();
            if (name == "id" && operation.OperationId == "get_workers_id")
                parameter.Schema = Text(DatasetNames.NodeIdPattern);
            parameter.Required |= name == "dataset" || (name == "status" && operation.OperationId == "delete_jobs");
        }
    }

    private static OpenApiSchema Text(string? pattern = null) => new() { Type = JsonSchemaType.String, Pattern = pattern };

    private static OpenApiSchema Number(int least) =>
        new() { Type = JsonSchemaType.Integer, Format = "int64", Minimum = least.ToString(System.Globalization.CultureInfo.InvariantCulture) };

    private static OpenApiSchema Limit()
    {
        var limit = Number(1);
        (limit.Format, limit.Maximum, limit.Default) = (null, Paging.MaxLimit.ToString(System.Globalization.CultureInfo.InvariantCulture), Paging.DefaultLimit);
        return limit;
    }
}
