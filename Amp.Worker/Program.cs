using Amp.ServiceDefaults;
using Amp.Worker;

return await AmpProgram.RunServiceAsync(
    args,
    "A worker: fetches blocks and writes segments.",
    (settings, parsed) => WorkerHost.Build(settings, NodeIdOption.Read(parsed)),
    NodeIdOption.Create());
