using Amp.Shared.Options;

namespace Amp.Controller.Admin.Locations;

/// <summary>The URL of what lies in the lake: <c>file://</c> for a folder, else the store's own.</summary>
internal static class LakeUrl
{
    public static string Of(AmpSettings settings, string relativePath)
    {
        var root = settings.DataDir.Contains("://", StringComparison.Ordinal) ? settings.DataDir : new Uri(settings.DataDir).AbsoluteUri;
        return $"{root.TrimEnd('/')}/{relativePath.Trim('/')}";
    }
}
