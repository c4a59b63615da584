using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;
using Npgsql;

namespace Amp.Controller.Admin.Jobs;

/// <summary>The job that a path names.</summary>
internal static class JobPath
{
    public static long Id(string text) => Paging.Id(text, ErrorCode.InvalidJobId, "a job's id");

    public static async Task<Job> FindAsync(NpgsqlDataSource database, string id, CancellationToken cancellationToken) =>
        await JobReading.FindAsync(database, Id(id), cancellationToken) ?? throw NotFound(Id(id));

    public static AmpException NotFound(long id) => new(ErrorCode.JobNotFound, $"there is no job {id}");
}
