using Amp.Daemon.Commands;
using Amp.ServiceDefaults;

return await AmpProgram.InvokeAsync(AmpdCommand.Create(), args);
