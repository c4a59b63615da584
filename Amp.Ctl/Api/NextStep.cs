namespace Amp.Ctl.Api;

/// <summary>What to do after a refusal, in this program's own commands.</summary>
internal static class NextStep
{
    public static string? After(string code) => code switch
    {
        "DATASET_NOT_FOUND" or "TABLE_NOT_FOUND_ERROR" => "'ampctl dataset list' shows those that are",
        "JOB_NOT_FOUND" => "'ampctl job list --status all' shows those that are",
        "MANIFEST_NOT_FOUND" => "'ampctl manifest list' shows those that are",
        "PROVIDER_NOT_FOUND" => "'ampctl provider list' shows those that are",
        "LOCATION_NOT_FOUND" => "'ampctl table list' shows those that are",
        "WORKER_NOT_FOUND" or "WORKER_NOT_AVAILABLE" => "'ampctl worker list' shows which live",
        "NO_PROVIDER_FOR_NETWORK" => "add one by 'ampctl provider register'",
        "PROVIDER_CONFLICT" => "take the other one away by 'ampctl provider rm'",
        "ACTIVE_JOB_CONFLICT" or "JOB_CONFLICT" => "'ampctl job list' shows the active jobs, 'ampctl job stop' stops one",
        "LOCATION_CONFLICT" => "'ampctl table list' shows whose folder is which, and which are active",
        "VERSION_CONFLICT" => "take another version, or move this one by --force",
        "MANIFEST_LINKED" => "'ampctl dataset rm' removes a dataset",
        _ => null,
    };
}
