using System.Runtime.InteropServices;

namespace Amp.LocalPostgres.Processes;

/// <summary>The <c>dotnet</c> program of the runtime that we run on: the one sure to be there, wherever PATH leads.</summary>
public static class DotnetHost
{
    // .../dotnet/shared/Microsoft.NETCore.App/10.0.0/
    public static string Program { get; } =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
}
