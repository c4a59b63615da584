using Amp.Controller.Admin.Wire;
using Amp.Controller.Verifying;
using Amp.Shared.Faults;
using Npgsql;

namespace Amp.Controller.Admin.Verifications;

/// <summary><c>GET /verifications/{id}</c>.</summary>
internal static class GetVerification
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/verifications/{id}", HandleAsync)
        .WithName("get_verifications_id").WithTags("Datasets").WithSummary("Tells how far a verification is, and when it has ended what it found; kept for 30 days")
        .Fails(ErrorCode.InvalidVerificationId, ErrorCode.VerificationNotFound);

    private static async Task<VerificationInfo> HandleAsync(NpgsqlDataSource database, string id, CancellationToken cancellationToken)
    {
        var number = Paging.Id(id, ErrorCode.InvalidVerificationId, "a verification's id");
        return VerificationInfo.From(await VerificationRows.FindAsync(database, number, cancellationToken)
            ?? throw new AmpException(ErrorCode.VerificationNotFound, $"there is no verification {number}"));
    }
}
