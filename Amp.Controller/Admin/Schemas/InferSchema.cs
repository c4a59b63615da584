using System.Text.Json.Nodes;
using Amp.Controller.Admin.Audit;
using Amp.Controller.Admin.Wire;
using Amp.Query.Execution;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Apache.Arrow;
using Npgsql;

namespace Amp.Controller.Admin.Schemas;

/// <summary><c>POST /schema</c>: the columns that SELECTs over datasets answer with, in the types of manifests. Nothing is run or registered.</summary>
internal static class InferSchema
{
    /// <summary>Tables, and dependencies, of one request: each is planned, or asked of the database, by itself.</summary>
    private const int MaxEntries = 256;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/schema", HandleAsync)
        .WithName("post_schema").WithTags("Schema").WithSummary("Tells the columns of tables that SQL makes of datasets, without running it")
        .Takes<SchemaRequest>().WithMetadata(new ChangesNothing())
        .Fails(
            ErrorCode.InvalidPayload, ErrorCode.InvalidSqlString, ErrorCode.SqlParseError, ErrorCode.InvalidPlan, ErrorCode.ExecutionError,
            ErrorCode.StreamingNotSupported, ErrorCode.DatasetNotFound, ErrorCode.TableNotFoundError, ErrorCode.PayloadTooLarge, ErrorCode.TooManyQueries,
            ErrorCode.QueryTimeout, ErrorCode.ResourcesExhausted);

    private static async Task<SchemaResponse> HandleAsync(
        NpgsqlDataSource database, SchemaPlanner planner, TimeProvider clock, HttpRequest request, CancellationToken cancellationToken)
    {
        var asked = await RequestBody.ReadAsync(request, ErrorCode.InvalidPayload, Read);
        using var late = new CancellationTokenSource(_patience, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            var dependencies = await PinAsync(database, asked.Dependencies, stop.Token);
            var schemas = new SortedDictionary<string, TableSchema>(StringComparer.Ordinal);
            foreach (var (name, sql) in asked.Tables)
                schemas.Add(name, await PlanAsync(planner, name, sql, dependencies, stop.Token));
            return new SchemaResponse(schemas);
        }
        catch (OperationCanceledException e) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new AmpException(ErrorCode.QueryTimeout, $"the {asked.Tables.Count} tables took longer than {_patience.TotalSeconds} s to plan: ask for fewer at once", e);
        }
    }

    /// <summary>All tables of a request see one manifest of each dependency.</summary>
    private static async Task<Dictionary<string, DatasetReference>> PinAsync(
        NpgsqlDataSource database, Dictionary<string, DatasetReference> dependencies, CancellationToken cancellationToken)
    {
        var pinned = new Dictionary<string, DatasetReference>(StringComparer.Ordinal);
        foreach (var (alias, reference) in dependencies)
        {
            var dataset = await DatasetReading.ResolveAsync(database, reference, cancellationToken);
            pinned.Add(alias, reference with { Revision = DatasetRevision.Parse(dataset.ManifestHash) });
        }

        return pinned;
    }

    private static async Task<TableSchema> PlanAsync(
        SchemaPlanner planner, string name, string sql, Dictionary<string, DatasetReference> dependencies, CancellationToken cancellationToken)
    {
        try
        {
            var schema = await planner.PlanAsync(sql, dependencies, cancellationToken);
            return new TableSchema(new ArrowSchema([.. schema.FieldsList.Select(FieldOf)]));
        }
        catch (AmpException e) when (!e.IsRetryable)
        {
            throw new AmpException(e.Code, $"$.tables.{name}: {e.Message}", e);
        }
    }

    private static ArrowField FieldOf(Field field)
    {
        try
        {
            return new ArrowField(field.Name, JsonNode.Parse(ArrowTypeJson.ToText(field.DataType))!, field.IsNullable);
        }
        catch (NotSupportedException e)
        {
            throw new AmpException(ErrorCode.InvalidPlan, $"column \"{field.Name}\" is of the type {field.DataType.Name}, which no manifest can declare: cast it, to VARCHAR for example", e);
        }
    }

    private static Asked Read(JsonNodeAt root)
    {
        root.Only("tables", "dependencies", "functions");
        if (root.Optional("functions") is { } functions && functions.Members().Any())
            throw functions.Fault("functions are not supported");
        return new Asked(
            Entries(root.Optional("tables")).ToDictionary(t => t.Name, t => t.Node.String(), StringComparer.Ordinal),
            Entries(root.Optional("dependencies")).ToDictionary(d => d.Name, d => d.Node.Dataset(), StringComparer.Ordinal));
    }

    private static List<(string Name, JsonNodeAt Node)> Entries(JsonNodeAt? map)
    {
        var entries = map?.Members().ToList() ?? [];
        if (entries.Count > MaxEntries)
            throw map!.Value.Fault($"{entries.Count} entries; at most {MaxEntries} are taken at once");
        foreach (var (name, node) in entries)
        {
            if (!DatasetNames.IsTable(name))
                throw node.Fault($"'{name}' is not of the form {DatasetNames.TablePattern}");
        }

        return entries;
    }

    private sealed record Asked(Dictionary<string, string> Tables, Dictionary<string, DatasetReference> Dependencies);

    /// <param name="Tables">A SELECT by the name of the table that it makes.</param>
    /// <param name="Dependencies"><c>namespace/name[@revision]</c> by the alias that stands before its tables in the SQL; datasets may also be named there as in queries.</param>
    /// <param name="Functions">None are supported.</param>
    public sealed record SchemaRequest(IReadOnlyDictionary<string, string>? Tables, IReadOnlyDictionary<string, string>? Dependencies, IReadOnlyDictionary<string, object>? Functions);

    public sealed record SchemaResponse(IReadOnlyDictionary<string, TableSchema> Schemas);

    public sealed record TableSchema(ArrowSchema Arrow);

    public sealed record ArrowSchema(IReadOnlyList<ArrowField> Fields);

    /// <param name="Type">As in manifests: a word, or an object of one word and what belongs to it.</param>
    public sealed record ArrowField(string Name, JsonNode Type, bool Nullable);
}
