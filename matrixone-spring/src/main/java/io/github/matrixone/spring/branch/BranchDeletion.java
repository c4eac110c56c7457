package io.github.matrixone.spring.branch;

import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.matrixone.spring.branch.BranchEvent.Action;
import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.jdbc.CommandExecutor;

/**
 * Deletes a branch if something holds while nobody can write to it.
 */
final class BranchDeletion {

	private final CommandExecutor executor;

	private final Supplier<List<Branch>> all;

	private final BranchEvents events;

	/**
	 * Create a deletion.
	 * @param executor carries it out
	 * @param all lists all branches
	 * @param events tells of it
	 */
	BranchDeletion(CommandExecutor executor, Supplier<List<Branch>> all, BranchEvents events) {
		this.executor = executor;
		this.all = all;
		this.events = events;
	}

	/**
	 * Delete a branch.
	 * @param command deletes it
	 * @param name its name
	 * @param seen the tables that are meant
	 * @param find finds the tables that have the name among all branches
	 * @param condition what has to hold
	 * @return whether it was deleted
	 */
	boolean delete(Command command, String name, List<Branch> seen, Function<List<Branch>, List<Branch>> find,
			BooleanSupplier condition) {
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new NotAllowedInTransactionException("The branch " + name
					+ " is not deleted in a transaction: whether "
					+ "it may go is looked at in one of its own, while nobody can write to it. Call it from a method "
					+ "without @Transactional");
		}
		if (!isThere(seen, find)) {
			return false;
		}
		boolean deleted;
		try {
			deleted = this.executor.deleteIf(command, () -> {
				if (!isThere(seen, find) || !condition.getAsBoolean()) {
					return false;
				}
				this.events.before(Action.DELETE, List.of(name));
				return true;
			});
		}
		catch (BranchNotFoundException ex) {
			if (isThere(seen, find)) {
				throw ex;
			}
			return false;
		}
		if (deleted) {
			this.events.after(Action.DELETE, List.of(name), List.of());
		}
		return deleted;
	}

	/**
	 * Another branch may have the name by now, and one that was looked at may have got
	 * branches of its own, which would lose their parent.
	 */
	private boolean isThere(List<Branch> seen, Function<List<Branch>, List<Branch>> find) {
		List<Branch> all = this.all.get();
		Set<String> ids = seen.stream().map(Branch::id).collect(Collectors.toSet());
		return find.apply(all).stream().map(Branch::id).collect(Collectors.toSet()).equals(ids)
				&& BranchRules.childrenOf(seen, all).isEmpty();
	}

}
