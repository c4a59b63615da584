using Amp.Ctl.Commands;
using Amp.ServiceDefaults;

return await AmpProgram.InvokeAsync(AmpctlCommand.Create(), args);
