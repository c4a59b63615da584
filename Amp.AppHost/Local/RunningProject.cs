using System.Reflection;
using System.Xml.Linq;
using Amp.LocalPostgres.Processes;

namespace Amp.AppHost.Local;

/// <summary>A project of this solution, run from its build output: <c>dotnet run</c> would build again and stand between us and the process.</summary>
internal sealed class RunningProject(ProjectResource project, LocalContext context, bool endsByItself) : RunningProcess(project, context, endsByItself)
{
    private static readonly string _configuration =
        typeof(RunningProject).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "Debug";

    protected override async Task<GuardedProcessSettings> CommandAsync(CancellationToken stopping)
    {
        var folder = Path.GetDirectoryName(project.ProjectPath)!;
        var assembly = Path.Combine(folder, "bin", _configuration, "net10.0", AssemblyName(project.ProjectPath) + ".dll");
        if (!File.Exists(assembly))
            throw new DistributedApplicationException($"'{project.Name}' is not built: {assembly} is not there");
        return new GuardedProcessSettings(DotnetHost.Program, [assembly, .. await ResolveArgumentsAsync(stopping)])
        {
            WorkingDirectory = folder,
            Environment = await ResolveEnvironmentAsync(stopping),
        };
    }

    private static string AssemblyName(string projectPath) =>
        XDocument.Load(projectPath).Descendants("AssemblyName").FirstOrDefault()?.Value ?? Path.GetFileNameWithoutExtension(projectPath);
}
