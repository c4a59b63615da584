using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Amp.TestKit.Processes;

/// <summary>A wrong clock and a failing disk for processes under test: a small library in front of the C library, built by this machine's compiler.</summary>
public sealed class OuterWorld
{
    private readonly string _library;
    private readonly string _lake;
    private readonly string _fault;

    private OuterWorld(string library, string lake, string fault) => (_library, _lake, _fault) = (library, lake, fault);

    /// <summary>Builds the library in a folder; skips the test where there is no C compiler for Linux.</summary>
    public static async Task<OuterWorld> BuildAsync(string folder, string lake)
    {
        var library = Path.Combine(folder, "outer_world.so");
        var source = Path.Combine(Repository.Root, "tests", "Amp.TestKit", "Native", "outer_world.c");
        if (!OperatingSystem.IsLinux())
            Missing.Skip("The clock and the disk of a process are bent on Linux alone.");
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("cc", ["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", library, source, "-ldl"])
            {
                RedirectStandardError = true,
                UseShellExecute = false,
            })!;
            var errors = await compiler.StandardError.ReadToEndAsync();
            await compiler.WaitForExitAsync();
            if (compiler.ExitCode != 0)
                Missing.Skip($"cc does not build {source}: {errors}");
        }
        catch (Win32Exception)
        {
            Missing.Skip("cc, a C compiler, is absent.");
        }

        return new OuterWorld(library, lake, Path.Combine(folder, "lake-fault"));
    }

    /// <summary>Variables of a process that lives in this world.</summary>
    public IEnumerable<(string Name, string Value)> Variables(TimeSpan clockOffset) =>
    [
        ("LD_PRELOAD", _library),
        ("AMP_TEST_CLOCK_OFFSET", ((long)clockOffset.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
        ("AMP_TEST_LAKE", _lake),
        ("AMP_TEST_LAKE_FAULT", _fault),
    ];

    /// <summary>From now on, and at once, for all processes of this world.</summary>
    public void Break(LakeFault fault) => File.WriteAllText(_fault, fault switch
    {
        LakeFault.Full => "f",
        LakeFault.Refuses => "r",
        LakeFault.TimesOut => "t",
        LakeFault.Hangs => "h",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    });

    public void Mend() => File.Delete(_fault);
}
