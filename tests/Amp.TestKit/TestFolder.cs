namespace Amp.TestKit;

/// <summary>Temporary folders that every user may enter.</summary>
public static class TestFolder
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>
    /// A new folder for a program that starts a PostgreSQL of its own. As root that runs as another user, and where it cannot enter the folder
    /// its data goes elsewhere and outlives the test.
    /// </summary>
    public static string Create(string prefix)
    {
        var parent = IsOpen(Path.GetTempPath()) ? Path.GetTempPath() : "/var/tmp";
        var folder = Path.Combine(parent, prefix + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        // The mode given at creation is cut by the umask.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, ForAll);
        return folder;
    }

    private static bool IsOpen(string folder)
    {
        for (var part = new DirectoryInfo(Path.GetFullPath(folder)); part is not null; part = part.Parent)
        {
            if (!part.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }

        return true;
    }
}
