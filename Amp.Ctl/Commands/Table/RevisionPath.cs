using Amp.Ctl.Api;

namespace Amp.Ctl.Commands.Table;

/// <summary>A revision in the Admin API.</summary>
internal static class RevisionPath
{
    public static string Of(long id) => ApiPath.Of($"revisions/{id}");
}
