namespace Amp.Shared.Options;

/// <summary>The environment variables that configure us; all others, AMP_HOST and its like included, belong to somebody else.</summary>
public static class ConfigVariables
{
    /// <summary>Names the configuration file.</summary>
    public const string File = "AMP_CONFIG";

    /// <summary>Before the name of a key, with <c>__</c> between its levels.</summary>
    public const string Prefix = "AMP_CONFIG_";

    /// <summary>The database as .NET Aspire hands it to a project that refers to the database called <c>amp</c>.</summary>
    public const string AspireConnectionString = "ConnectionStrings__amp";

    public const string NodeId = "AMP_NODE_ID";
    public const string FlightServer = "AMP_FLIGHT_SERVER";
    public const string JsonlServer = "AMP_JSONL_SERVER";
    public const string LogLevel = "AMP_LOG";
}
