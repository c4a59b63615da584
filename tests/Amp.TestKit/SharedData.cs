using Xunit;

namespace Amp.TestKit;

/// <summary>The public chain data beside the project (<c>../shared/data</c>): not part of it, so its absence skips a test on a desk.</summary>
public static class SharedData
{
    /// <summary>Path of a file of the data; skips the running test where there is none, fails it in CI.</summary>
    public static string File(string name)
    {
        var root = Root();
        var path = Path.Combine(Path.GetDirectoryName(root)!, "shared", "data", name);
        if (System.IO.File.Exists(path))
            return path;
        // A work tree may stand one folder deeper than the project itself.
        var deeper = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(root)!) ?? "/", "shared", "data", name);
        if (System.IO.File.Exists(deeper))
            return deeper;
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail($"{path} is missing.");
        Assert.Skip($"{path} is absent.");
        return path;
    }

    private static string Root()
    {
        for (var folder = AppContext.BaseDirectory.TrimEnd('/'); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (System.IO.File.Exists(Path.Combine(folder, "Amp.sln")))
                return folder;
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Amp.sln.");
    }
}
