package io.github.matrixone.spring.journal;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

import io.github.matrixone.spring.branch.CreateBranch;
import io.github.matrixone.spring.branch.CreateDatabaseBranch;
import io.github.matrixone.spring.branch.DeleteBranch;
import io.github.matrixone.spring.branch.DeleteDatabaseBranch;
import io.github.matrixone.spring.clone.CloneDatabase;
import io.github.matrixone.spring.clone.CloneTable;
import io.github.matrixone.spring.clone.CopyTable;
import io.github.matrixone.spring.clone.DropDatabase;
import io.github.matrixone.spring.clone.DropTable;
import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.pitr.AlterPitr;
import io.github.matrixone.spring.pitr.CreatePitr;
import io.github.matrixone.spring.pitr.DropPitr;
import io.github.matrixone.spring.snapshot.CreateSnapshot;
import io.github.matrixone.spring.snapshot.DropSnapshot;

/**
 * The commands that a recovery can read.
 */
final class KnownCommands {

	/** What is made beside a transaction, and taken back; it can also follow a commit. */
	private final Map<String, Function<CommandText, UndoableCommand>> undoable = new HashMap<>();

	/** What follows a commit. */
	private final Map<String, Function<CommandText, JournaledCommand>> others = new HashMap<>();

	KnownCommands() {
		this.undoable.put(CreateSnapshot.KIND, CreateSnapshot::read);
		this.undoable.put(CreateBranch.KIND, CreateBranch::read);
		this.undoable.put(CreateDatabaseBranch.KIND, CreateDatabaseBranch::read);
		this.others.put(DeleteBranch.KIND, DeleteBranch::read);
		this.others.put(DeleteDatabaseBranch.KIND, DeleteDatabaseBranch::read);
		this.others.put(DropSnapshot.KIND, DropSnapshot::read);
		this.others.put(CreatePitr.KIND, CreatePitr::read);
		this.others.put(AlterPitr.KIND, AlterPitr::read);
		this.others.put(DropPitr.KIND, DropPitr::read);
		this.others.put(CloneTable.KIND, CloneTable::read);
		this.others.put(CopyTable.KIND, CopyTable::read);
		this.others.put(CloneDatabase.KIND, CloneDatabase::read);
		this.others.put(DropTable.KIND, DropTable::read);
		this.others.put(DropDatabase.KIND, DropDatabase::read);
	}

	/**
	 * Add commands of another kind.
	 */
	KnownCommands with(String kind, Function<CommandText, UndoableCommand> reader) {
		this.undoable.put(kind, reader);
		return this;
	}

	/**
	 * Read a command that is to be carried out.
	 */
	JournaledCommand read(String text) {
		CommandText command = CommandText.parse(text);
		Function<CommandText, JournaledCommand> other = this.others.get(command.kind());
		return (other != null) ? other.apply(command) : readUndoable(command);
	}

	/**
	 * Read a command that is to be taken back.
	 */
	UndoableCommand readUndoable(String text) {
		return readUndoable(CommandText.parse(text));
	}

	private UndoableCommand readUndoable(CommandText command) {
		Function<CommandText, UndoableCommand> reader = this.undoable.get(command.kind());
		if (reader == null) {
			throw new IllegalArgumentException("A journal entry of this version has no command " + command.kind());
		}
		return reader.apply(command);
	}

}
