namespace Amp.TestKit;

/// <summary>The public chain data beside the project (<c>../shared/data</c>): not part of it, so its absence skips a test on a desk.</summary>
public static class SharedData
{
    /// <summary>Path of a file of the data; skips the running test where there is none, fails it in CI.</summary>
    public static string File(string name)
    {
        // A work tree may stand one folder deeper than the project itself.
        for (var folder = Path.GetDirectoryName(Repository.Root); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var path = Path.Combine(folder, "shared", "data", name);
            if (System.IO.File.Exists(path))
                return path;
        }

        Missing.Skip($"../shared/data/{name} is absent.");
        throw new FileNotFoundException(name);
    }
}
