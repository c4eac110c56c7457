package io.github.matrixone.sample.shop.web;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.orm.ObjectOptimisticLockingFailureException;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownException;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.MissingPrivilegeException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.TransactionLostException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Problems}.
 */
class ProblemsTests {

	private static final String SQL = "SELECT secret FROM vault";

	private static final String MESSAGE = "Bad SQL: " + SQL + "; jdbc:mysql://host/?password=secret";

	private static final SQLException CAUSE = new SQLException(MESSAGE);

	@ParameterizedTest
	@MethodSource("failures")
	void answersWithAProblemThatGivesNothingAway(RuntimeException failure, HttpStatus status, String title) {
		MockMvcTester mvc = MockMvcTester.of(List.of(new FailingController(failure)),
				(builder) -> builder.setControllerAdvice(new Problems()).build());
		assertThat(mvc.get().uri("/fail")).hasStatus(status)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
			.bodyText()
			.contains("\"title\":\"" + title + "\"")
			.contains("\"instance\":\"/fail\"")
			.doesNotContain("secret", "SELECT", "jdbc:");
	}

	static Stream<Arguments> failures() {
		return Stream.of(
				Arguments.of(new SnapshotNotFoundException(MESSAGE, SQL, CAUSE), HttpStatus.NOT_FOUND,
						"Snapshot not found"),
				Arguments.of(new DatabaseNotFoundException(MESSAGE, SQL, CAUSE), HttpStatus.NOT_FOUND,
						"Database or table not found"),
				Arguments.of(new TableNotFoundException(MESSAGE, SQL, CAUSE), HttpStatus.NOT_FOUND,
						"Database or table not found"),
				Arguments.of(new SnapshotAlreadyExistsException(MESSAGE, SQL, CAUSE), HttpStatus.CONFLICT,
						"Snapshot already exists"),
				Arguments.of(new CloneTargetExistsException(MESSAGE, SQL, CAUSE), HttpStatus.CONFLICT,
						"Clone already exists"),
				Arguments.of(new BranchNotFoundException(MESSAGE, SQL, CAUSE), HttpStatus.NOT_FOUND,
						"Branch not found"),
				Arguments.of(new BranchConflictException(MESSAGE, SQL, CAUSE), HttpStatus.CONFLICT, "Not published"),
				Arguments.of(new UncommittedChangesException(MESSAGE, SQL, CAUSE), HttpStatus.CONFLICT,
						"Refused in a transaction"),
				Arguments.of(new NotAllowedInTransactionException(MESSAGE, SQL, CAUSE), HttpStatus.CONFLICT,
						"Refused in a transaction"),
				Arguments.of(new TransactionLostException(MESSAGE, SQL, CAUSE), HttpStatus.CONFLICT,
						"Changed by others"),
				Arguments.of(new CannotAcquireLockException(MESSAGE, CAUSE), HttpStatus.CONFLICT, "Changed by others"),
				Arguments.of(new ObjectOptimisticLockingFailureException(MESSAGE, CAUSE), HttpStatus.CONFLICT,
						"Changed by others"),
				Arguments.of(new DuplicateKeyException(MESSAGE, CAUSE), HttpStatus.CONFLICT,
						"Conflict with what is stored"),
				Arguments.of(new SnapshotScopeMismatchException(MESSAGE, SQL, CAUSE), HttpStatus.UNPROCESSABLE_CONTENT,
						"Wrong snapshot"),
				Arguments.of(new MissingPrivilegeException(MESSAGE, SQL, CAUSE), HttpStatus.FORBIDDEN,
						"Missing privilege"),
				Arguments.of(new UnsupportedByServerException(MESSAGE, SQL, CAUSE), HttpStatus.NOT_IMPLEMENTED,
						"Not supported"),
				Arguments.of(new AfterCommitException(MESSAGE, SQL, CAUSE), HttpStatus.INTERNAL_SERVER_ERROR,
						"Committed, but not finished"),
				Arguments.of(new CommitOutcomeUnknownException(MESSAGE, SQL, CAUSE), HttpStatus.INTERNAL_SERVER_ERROR,
						"Database failure"),
				Arguments.of(new InvalidDataAccessResourceUsageException(MESSAGE, CAUSE),
						HttpStatus.INTERNAL_SERVER_ERROR, "Database failure"),
				Arguments.of(new TransactionSystemException(MESSAGE, CAUSE), HttpStatus.INTERNAL_SERVER_ERROR,
						"Database failure"),
				Arguments.of(new DataAccessResourceFailureException(MESSAGE, CAUSE), HttpStatus.SERVICE_UNAVAILABLE,
						"Database not available"),
				Arguments.of(new CannotCreateTransactionException(MESSAGE, CAUSE), HttpStatus.SERVICE_UNAVAILABLE,
						"Database not available"));
	}

	@RestController
	static class FailingController {

		private final RuntimeException failure;

		FailingController(RuntimeException failure) {
			this.failure = failure;
		}

		@GetMapping("/fail")
		void fail() {
			throw this.failure;
		}

	}

}
