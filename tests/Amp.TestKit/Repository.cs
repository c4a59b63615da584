namespace Amp.TestKit;

/// <summary>Where the running test lives.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release, as the running test was built.</summary>
    public static string Configuration { get; } =
        new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent?.Name ?? "Debug";

    /// <summary>The built main file of a project that is built along with the tests.</summary>
    public static string Output(string project, string file)
    {
        var path = Path.Combine(Root, project, "bin", Configuration, "net10.0", file);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there: build {project} first", path);
    }

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory.TrimEnd('/'); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Amp.sln")))
                return folder;
        }

        throw new InvalidOperationException($"no folder above {AppContext.BaseDirectory} holds Amp.sln");
    }
}
