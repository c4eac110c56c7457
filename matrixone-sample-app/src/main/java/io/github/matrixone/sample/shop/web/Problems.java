package io.github.matrixone.sample.shop.web;

import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionException;
import org.springframework.validation.FieldError;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

import io.github.matrixone.sample.shop.NeedsServerException;
import io.github.matrixone.sample.shop.NotFoundException;
import io.github.matrixone.sample.shop.imports.InvalidPriceListException;
import io.github.matrixone.sample.shop.imports.NotUndoneException;
import io.github.matrixone.sample.shop.product.OutOfStockException;
import io.github.matrixone.sample.shop.review.NotPublishedException;
import io.github.matrixone.sample.shop.review.ReviewExistsException;
import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.MissingPrivilegeException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;

/**
 * Answers with problem details (RFC 9457). The messages of data access exceptions are for
 * those who run the shop, and may hold SQL: they are logged, and the client gets a text
 * of our own.
 */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

	@ExceptionHandler
	ProblemDetail notFound(NotFoundException ex) {
		return problem(HttpStatus.NOT_FOUND, "Not found", ex.getMessage());
	}

	@ExceptionHandler
	ProblemDetail outOfStock(OutOfStockException ex) {
		return problem(HttpStatus.CONFLICT, "Out of stock", ex.getMessage());
	}

	@ExceptionHandler
	ProblemDetail exists(ReviewExistsException ex) {
		return problem(HttpStatus.CONFLICT, "Review already open", ex.getMessage());
	}

	@ExceptionHandler
	ProblemDetail notPublished(NotPublishedException ex) {
		return problem(HttpStatus.CONFLICT, "Not published", ex.getMessage());
	}

	@ExceptionHandler
	ProblemDetail notUndone(NotUndoneException ex) {
		return problem(HttpStatus.CONFLICT, "Not undone", ex.getMessage());
	}

	@ExceptionHandler
	ProblemDetail moved(BranchConflictException ex) {
		return problem(HttpStatus.CONFLICT, "Not published",
				"Somebody else was writing. Nothing was published: look at the review again.", ex);
	}

	@ExceptionHandler
	ProblemDetail needsServer(NeedsServerException ex) {
		return problem(HttpStatus.NOT_IMPLEMENTED, "Needs a MatrixOne server", ex.getMessage()
				+ ". This shop runs on the simulator: start a server with 'docker compose -f "
				+ "matrixone-sample-app/compose.yaml up', and the shop with --spring.profiles.active=matrixone");
	}

	@ExceptionHandler
	ProblemDetail invalid(InvalidPriceListException ex) {
		ProblemDetail problem = problem(HttpStatus.BAD_REQUEST, "Invalid price list",
				ex.getMessage() + "; nothing was imported");
		problem.setProperty("line", ex.getLine());
		return problem;
	}

	@ExceptionHandler
	ProblemDetail invalid(IllegalArgumentException ex) {
		return problem(HttpStatus.BAD_REQUEST, "Invalid value", ex.getMessage());
	}

	@ExceptionHandler
	ProblemDetail notFound(SnapshotNotFoundException ex) {
		return problem(HttpStatus.NOT_FOUND, "Snapshot not found", "There is no such snapshot.", ex);
	}

	@ExceptionHandler
	ProblemDetail notFound(BranchNotFoundException ex) {
		return problem(HttpStatus.NOT_FOUND, "Branch not found", "There is no such branch any more.", ex);
	}

	@ExceptionHandler({ DatabaseNotFoundException.class, TableNotFoundException.class })
	ProblemDetail notFound(DataAccessException ex) {
		return problem(HttpStatus.NOT_FOUND, "Database or table not found", "There is no such database or table.", ex);
	}

	@ExceptionHandler
	ProblemDetail exists(SnapshotAlreadyExistsException ex) {
		return problem(HttpStatus.CONFLICT, "Snapshot already exists", "Choose another name.", ex);
	}

	@ExceptionHandler
	ProblemDetail exists(CloneTargetExistsException ex) {
		return problem(HttpStatus.CONFLICT, "Clone already exists", "Choose another name.", ex);
	}

	@ExceptionHandler
	ProblemDetail conflict(DataIntegrityViolationException ex) {
		return problem(HttpStatus.CONFLICT, "Conflict with what is stored",
				"Something of that name may be there already.", ex);
	}

	@ExceptionHandler({ UncommittedChangesException.class, NotAllowedInTransactionException.class })
	ProblemDetail refused(DataAccessException ex) {
		return problem(HttpStatus.CONFLICT, "Refused in a transaction", "This cannot be part of the transaction.", ex);
	}

	@ExceptionHandler
	ProblemDetail collision(ConcurrencyFailureException ex) {
		return problem(HttpStatus.CONFLICT, "Changed by others", "Nothing was done. Try again.", ex);
	}

	@ExceptionHandler
	ProblemDetail mismatch(SnapshotScopeMismatchException ex) {
		return problem(HttpStatus.UNPROCESSABLE_CONTENT, "Wrong snapshot", "The snapshot does not hold the shop.", ex);
	}

	@ExceptionHandler
	ProblemDetail missingPrivilege(MissingPrivilegeException ex) {
		return problem(HttpStatus.FORBIDDEN, "Missing privilege", "The shop's database user may not do this.", ex);
	}

	@ExceptionHandler
	ProblemDetail unsupported(UnsupportedByServerException ex) {
		return problem(HttpStatus.NOT_IMPLEMENTED, "Not supported", "The database server cannot do this.", ex);
	}

	@ExceptionHandler
	ProblemDetail unfinished(AfterCommitException ex) {
		return problem(HttpStatus.INTERNAL_SERVER_ERROR, "Committed, but not finished",
				"The data was changed, but what was to follow was not done.", ex);
	}

	@ExceptionHandler({ DataAccessResourceFailureException.class, CannotCreateTransactionException.class })
	ProblemDetail unavailable(RuntimeException ex) {
		return problem(HttpStatus.SERVICE_UNAVAILABLE, "Database not available", "Try again later.", ex);
	}

	@ExceptionHandler({ DataAccessException.class, TransactionException.class })
	ProblemDetail failed(RuntimeException ex) {
		return problem(HttpStatus.INTERNAL_SERVER_ERROR, "Database failure", "The failure was logged.", ex);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(MethodArgumentNotValidException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		ex.getBody().setProperty("errors", errors(ex.getFieldErrors().stream()));
		return super.handleMethodArgumentNotValid(ex, headers, status, request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHandlerMethodValidationException(
			HandlerMethodValidationException ex, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		ex.getBody()
			.setProperty("errors",
					errors(ex.getBeanResults().stream().flatMap((result) -> result.getFieldErrors().stream())));
		return super.handleHandlerMethodValidationException(ex, headers, status, request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleTypeMismatch(TypeMismatchException ex, HttpHeaders headers,
			HttpStatusCode status, WebRequest request) {
		String detail = (NestedExceptionUtils.getMostSpecificCause(ex) instanceof IllegalArgumentException cause)
				? cause.getMessage() : "The value cannot be understood";
		return handleExceptionInternal(ex, problem(HttpStatus.BAD_REQUEST, "Invalid value", detail), headers, status,
				request);
	}

	private static List<String> errors(Stream<FieldError> errors) {
		return errors.map((error) -> error.getField() + " " + error.getDefaultMessage()).toList();
	}

	private ProblemDetail problem(HttpStatus status, String title, String detail, Exception ex) {
		if (status.is5xxServerError()) {
			logger.error(title, ex);
		}
		else {
			logger.info(title + ": " + ex.getMessage());
		}
		return problem(status, title, detail);
	}

	private static ProblemDetail problem(HttpStatus status, String title, @Nullable String detail) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
		problem.setTitle(title);
		return problem;
	}

}
