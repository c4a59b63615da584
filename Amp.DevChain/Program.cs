return await Amp.DevChain.Commands.DevChainCommand.RunAsync(args);
