using System.Reflection;

namespace Amp.Benchmarks;

/// <summary>Finds the benchmarks of this program and runs the one that is named.</summary>
internal static class BenchmarkCommands
{
    public static async Task<int> RunAsync(string[] args)
    {
        var commands = Assembly.GetExecutingAssembly().GetTypes()
            .Select(type => (Type: type, Command: type.GetCustomAttribute<BenchmarkCommandAttribute>()))
            .Where(c => c.Command is not null)
            .OrderBy(c => c.Command!.Name, StringComparer.Ordinal)
            .ToList();
        var chosen = commands.FirstOrDefault(c => args.Length > 0 && c.Command!.Name == args[0]).Type;
        if (chosen is null)
        {
            await Console.Error.WriteLineAsync("usage: dotnet run -c Release --project tests/Amp.Benchmarks -- NAME");
            foreach (var (_, command) in commands)
                await Console.Error.WriteLineAsync($"  {command!.Name,-12} {command.Measures}");
            return 2;
        }

        var run = chosen.GetMethod("RunAsync", BindingFlags.Public | BindingFlags.Static)
            ?? throw new InvalidOperationException($"{chosen} has no public static RunAsync.");
        await (Task)run.Invoke(null, [args[1..]])!;
        return 0;
    }
}
