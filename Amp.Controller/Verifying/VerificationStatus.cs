namespace Amp.Controller.Verifying;

/// <summary>Where a verification stands. The words are persisted and seen by clients: frozen, they may only grow.</summary>
internal static class VerificationStatus
{
    public const string Scheduled = "SCHEDULED";
    public const string Running = "RUNNING";
    public const string Completed = "COMPLETED";
    public const string Failed = "FAILED";

    public static IReadOnlyList<string> All { get; } = [Scheduled, Running, Completed, Failed];
}
