package io.github.matrixone.spring.branch;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
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

	private final char[] buffer = new char[BUFFER];

	/** Reads the part that comes next. */
	private @Nullable Reader reader;

	private int part;

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
	synchronized void add(RowChange change) {
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
		for (String text = next(); text != null; text = next()) {
			script.append(text);
		}
	}

	/**
	 * Return what comes next in the script, after the last row.
	 * @return some of its text, or {@code null} if there is no more
	 * @throws IOException if it cannot be read
	 */
	synchronized @Nullable String next() throws IOException {
		if (this.reader == null) {
			this.checks.end();
			for (Writer part : this.parts.values()) {
				part.flush();
			}
			this.reader = Files.newBufferedReader(file(Part.BEFORE));
			return SqlPatch.HEAD + SqlPatch.counts(this.table, (kind) -> this.counts.getOrDefault(kind, 0L));
		}
		int read = this.reader.read(this.buffer, 0, BUFFER - 1);
		while (read < 0 && this.part < Part.values().length - 1) {
			this.reader.close();
			this.part++;
			this.reader = Files.newBufferedReader(file(Part.values()[this.part]));
			read = this.reader.read(this.buffer, 0, BUFFER - 1);
		}
		if (read > 0 && Character.isHighSurrogate(this.buffer[read - 1])) {
			// Whoever encodes the parts one by one needs both halves of a character.
			this.buffer[read++] = (char) this.reader.read();
		}
		return (read < 0) ? null : new String(this.buffer, 0, read);
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
	public synchronized void close() throws IOException {
		List<IOException> failures = new ArrayList<>();
		List<Closeable> open = new ArrayList<>(this.parts.values());
		if (this.reader != null) {
			open.add(this.reader);
		}
		for (Closeable part : open) {
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
