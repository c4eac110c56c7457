package io.github.matrixone.spring.contract.concurrency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Records where virtual threads wait without giving up the platform thread that carries
 * them.
 */
final class PinnedThreads implements AutoCloseable {

	private static final String LIBRARY = "io.github.matrixone.spring.";

	private static final String TESTS = LIBRARY + "contract.";

	private final Recording recording = new Recording();

	PinnedThreads() {
		this.recording.enable("jdk.VirtualThreadPinned").withoutThreshold().withStackTrace();
		this.recording.start();
	}

	/**
	 * Return whether code of this project was on the stack, other than tests.
	 */
	static boolean hasFrameOfThisLibrary(RecordedEvent event) {
		return types(event).anyMatch((type) -> type.startsWith(LIBRARY) && !type.startsWith(TESTS));
	}

	static boolean hasFrameOf(RecordedEvent event, String type) {
		return types(event).anyMatch(type::equals);
	}

	List<RecordedEvent> stop() throws IOException {
		this.recording.stop();
		Path file = Files.createTempFile("pinned", ".jfr");
		try {
			this.recording.dump(file);
			return RecordingFile.readAllEvents(file);
		}
		finally {
			Files.delete(file);
		}
	}

	@Override
	public void close() {
		this.recording.close();
	}

	private static Stream<String> types(RecordedEvent event) {
		return event.getStackTrace().getFrames().stream().map((frame) -> frame.getMethod().getType().getName());
	}

}
