using System.Text.Json;
using System.Text.Json.Serialization;
using Amp.DevChain.Chain;
using Amp.DevChain.Faults;
using Amp.DevChain.Statistics;

namespace Amp.DevChain.Admin;

/// <summary>Calls that change the chain, make the node misbehave, and tell what it did. JSON in snake case; unknown members are refused.</summary>
internal static class AdminEndpoints
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    public static void MapAdmin(this IEndpointRouteBuilder app)
    {
        var admin = app.MapGroup("/admin");
        admin.MapPost("/mine", (HttpContext context, Simulation simulation) =>
            ChangeAsync<MineRequest>(context, request => Head(simulation.Mine(request.Count))));
        admin.MapPost("/reorg", (HttpContext context, Simulation simulation) =>
            ChangeAsync<ReorgRequest>(context, request => Head(simulation.Reorganise(request.Depth, request.Extra))));
        admin.MapPost("/return", (HttpContext context, Simulation simulation) =>
            ChangeAsync<ReturnRequest>(context, request => Head(simulation.Return(request.Extra))));
        admin.MapPost("/faults", (HttpContext context, FaultPlan plan) => ChangeAsync<Fault>(context, fault =>
        {
            if (fault.Problem() is { } problem)
                return Problem(problem);
            plan.Add(fault);
            return Faults(plan);
        }));
        admin.MapGet("/faults", Faults);
        admin.MapPost("/clear", (FaultPlan plan) =>
        {
            plan.Clear();
            return Faults(plan);
        });
        admin.MapPost("/conditions", (HttpContext context, Conditions conditions, Simulation simulation) => ChangeAsync<ConditionsRequest>(
            context, request => request.Problem() is { } problem ? Problem(problem) : Change(conditions, simulation, request)));
        admin.MapGet("/stats", (NodeStatistics statistics) => Results.Json(statistics.Report(), Json));
        admin.MapPost("/stats/reset", (NodeStatistics statistics) =>
        {
            statistics.Reset();
            return Results.NoContent();
        });
        admin.MapGet("/blocks/{number}", (ulong number, Simulation simulation) => simulation.Block(number) is { } facts
            ? Results.Json(MinedBlock.From(facts, simulation.MinedAt(number)), Json)
            : Problem($"the chain ends at block {simulation.Head}", StatusCodes.Status404NotFound));
        admin.MapGet("/truth", (ulong from, ulong to, Simulation simulation) => Guarded(() =>
        {
            var sums = simulation.Sum(from, to);
            return Results.Json(
                new TruthReport(from, to, sums.Blocks, sums.Transactions, sums.FailedTransactions, sums.Logs, sums.GasUsed.ToString()), Json);
        }));
    }

    private static IResult Change(Conditions conditions, Simulation simulation, ConditionsRequest request)
    {
        conditions.Latency = request.LatencyMs is { } latency ? TimeSpan.FromMilliseconds(latency) : conditions.Latency;
        conditions.RateLimit = request.RateLimit ?? conditions.RateLimit;
        simulation.FinalityLag = request.FinalityLag ?? simulation.FinalityLag;

        // Set anew it begins anew, so what does not change is left alone.
        if (request.BlockTimeMs is { } blockTime)
            conditions.BlockTime = TimeSpan.FromMilliseconds(blockTime);
        return Results.Json(
            new ConditionsRequest(conditions.Latency.TotalMilliseconds, conditions.RateLimit, conditions.BlockTime.TotalMilliseconds, simulation.FinalityLag), Json);
    }

    private static IResult Head(ulong head) => Results.Json(new HeadReport(head), Json);

    private static IResult Faults(FaultPlan plan) => Results.Json(new FaultsReport(plan.Active, plan.Hits), Json);

    private static IResult Problem(string message, int status = StatusCodes.Status400BadRequest) =>
        Results.Json(new ProblemReport(message), Json, statusCode: status);

    private static async Task<IResult> ChangeAsync<T>(HttpContext context, Func<T, IResult> change)
        where T : class
    {
        T? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Json, context.RequestAborted);
        }
        catch (JsonException error)
        {
            return Problem(error.Message);
        }

        return request is null ? Problem("the body is null") : Guarded(() => change(request));
    }

    private static IResult Guarded(Func<IResult> action)
    {
        try
        {
            return action();
        }
        catch (ArgumentOutOfRangeException error)
        {
            return Problem(error.Message);
        }
    }

    private sealed record HeadReport(ulong Head);

    private sealed record ProblemReport(string Error);

    private sealed record FaultsReport(IReadOnlyList<Fault> Active, IReadOnlyDictionary<FaultKind, long> Hits);

    private sealed record TruthReport(
        ulong From, ulong To, ulong Blocks, ulong Transactions, ulong FailedTransactions, ulong Logs, string GasUsed);
}
