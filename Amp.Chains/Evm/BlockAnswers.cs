namespace Amp.Chains.Evm;

/// <summary>What a node said of one block.</summary>
/// <param name="Block">The block with whole transactions.</param>
/// <param name="Receipts">One list with the receipts of all transactions, or one receipt for each transaction.</param>
/// <param name="OneEach">Which of both it is.</param>
internal readonly record struct BlockAnswers(AnswerText Block, ReadOnlyMemory<AnswerText> Receipts, bool OneEach);
