package io.github.matrixone.spring.branch;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.springframework.util.FileSystemUtils;

import io.github.matrixone.spring.branch.RowChange.Kind;
import io.github.matrixone.spring.sql.TableName;

/**
 * A patch of one table that is written while its rows are read, of which it holds a few
 * at a time. They come in no particular order and can be read once only, because a second
 * query would see what others have written meanwhile: each part of the script has a
 * temporary file until all rows are there.
 */
final class PatchScript implements Closeable {

	private static final int BUFFER = 8192;

	private final TableName table;

	private final RowStatements rows;

	private final SessionZone zone = new SessionZone();

	private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

	private final Path directory;

	private final Map<Part, Writer> parts = new EnumMap<>(Part.class);

	private final RowChecks checks;

	/**
	 * Create a script.
	 * @param table the table
	 * @param rows writes rows of the table
	 * @throws IOException if there is no room for temporary files
	 */
	PatchScript(TableName table, RowStatements rows) throws IOException {
		this.table = table;
		this.rows = rows;
		this.directory = Files.createTempDirectory("matrixone-patch");
		this.checks = new RowChecks(rows, (before) -> append(Part.BEFORE, before),
				(after) -> append(Part.AFTER, after));
		try {
			for (Part part : Part.values()) {
				this.parts.put(part, Files.newBufferedWriter(file(part)));
			}
		}
		catch (IOException ex) {
			close();
			throw ex;
		}
	}

	/**
	 * Write a row.
	 * @throws UncheckedIOException if there is no room for it
	 */
	void add(RowChange change) {
		this.rows.requireWritable(change);
		this.rows.timestamps(change).forEach(this.zone::add);
		this.counts.merge(change.kind(), 1L, Long::sum);
		switch (change.kind()) {
			case REMOVED -> append(Part.DELETE, this.rows.delete(change));
			case ADDED -> append(Part.INSERT, this.rows.insert(change));
			case UPDATED -> this.rows.update(change).ifPresent((update) -> append(Part.UPDATE, update));
		}
		this.checks.add(change);
	}

	private void append(Part part, String statement) {
		try {
			writer(part).append(statement).append(";\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return what tells whether the rows' instants are those of the server.
	 */
	SessionZone zone() {
		return this.zone;
	}

	/**
	 * Write the script, after the last row.
	 * @param script what to write to
	 * @throws IOException if it cannot be written to
	 */
	void writeTo(Appendable script) throws IOException {
		this.checks.end();
		for (Writer part : this.parts.values()) {
			part.flush();
		}
		script.append(SqlPatch.HEAD);
		script.append(SqlPatch.counts(this.table, (kind) -> this.counts.getOrDefault(kind, 0L)));
		for (Part part : Part.values()) {
			try (Reader statements = Files.newBufferedReader(file(part))) {
				CharBuffer buffer = CharBuffer.allocate(BUFFER);
				while (statements.read(buffer) >= 0) {
					script.append(buffer.flip());
					buffer.clear();
				}
			}
		}
	}

	private Path file(Part part) {
		return this.directory.resolve(part.name());
	}

	private Writer writer(Part part) {
		return Objects.requireNonNull(this.parts.get(part));
	}

	/**
	 * Delete the temporary files.
	 */
	@Override
	public void close() throws IOException {
		List<IOException> failures = new ArrayList<>();
		for (Writer part : this.parts.values()) {
			try {
				part.close();
			}
			catch (IOException ex) {
				failures.add(ex);
			}
		}
		FileSystemUtils.deleteRecursively(this.directory);
		if (!failures.isEmpty()) {
			throw failures.get(0);
		}
	}

	/**
	 * The parts of a script, in their order: what is removed may have a unique value that
	 * is added.
	 */
	private enum Part {

		BEFORE, DELETE, INSERT, UPDATE, AFTER

	}

}
