package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * When an error was thrown, as far as its stack trace and those of its causes tell.
 */
final class FailureMoment {

	private static final String DRIVERS_CONNECTION = "com.mysql.cj.jdbc.ConnectionImpl";

	private static final String APPLICATION = "org.springframework.boot.SpringApplication";

	private FailureMoment() {
	}

	/**
	 * Return whether Connector/J was opening a connection.
	 */
	static boolean isConnecting(Throwable failure) {
		return isWithin(failure, DRIVERS_CONNECTION, "createNewIO"::equals);
	}

	/**
	 * Return whether a runner of the application was at work, which had started before.
	 */
	static boolean isAfterStart(Throwable failure) {
		return isWithin(failure, APPLICATION, (method) -> method.startsWith("callRunner"));
	}

	private static boolean isWithin(Throwable failure, String type, Predicate<String> method) {
		return Stream.<Throwable>iterate(failure, (ex) -> ex != null, Throwable::getCause)
			.flatMap((ex) -> Stream.of(ex.getStackTrace()))
			.anyMatch((frame) -> frame.getClassName().equals(type) && method.test(frame.getMethodName()));
	}

}
