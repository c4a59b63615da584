using Amp.Benchmarks;

return await BenchmarkCommands.RunAsync(args);
