using Amp.Server.Flight.Protocol;

namespace Amp.Server.Flight;

/// <summary>The actions that this server knows, and what to do instead of those that clients may try.</summary>
public static class FlightActions
{
    public static IReadOnlyList<ActionType> All { get; } =
    [
        new() { Type = PreparedStatements.Create, Description = "Plans a query and gives a handle that any server runs." },
        new() { Type = PreparedStatements.Close, Description = "Does nothing but check the handle: servers keep nothing of it." },
    ];

    /// <summary>Why an action is refused.</summary>
    public static string Mend(string action) => action switch
    {
        "CancelFlightInfo" or "CancelQuery" => "cancel the call of DoGet, which stops the query",
        "RenewFlightEndpoint" => "tickets do not expire",
        "BeginTransaction" or "EndTransaction" or "BeginSavepoint" or "EndSavepoint" => "datasets are read-only here; send queries without a transaction",
        "CreatePreparedSubstraitPlan" => "send SQL",
        "SetSessionOptions" or "GetSessionOptions" or "CloseSession" => "there are no sessions; each call stands alone",
        _ => $"the actions are {string.Join(" and ", All.Select(a => a.Type))}",
    };
}
