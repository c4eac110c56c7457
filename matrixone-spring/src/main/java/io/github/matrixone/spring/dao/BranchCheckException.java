package io.github.matrixone.spring.dao;

import java.io.Serial;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.springframework.dao.DataIntegrityViolationException;

/**
 * A branch was not published, because checks have found something. Its transaction can
 * only be rolled back; the branch is as it was.
 *
 * @since 0.1
 */
public class BranchCheckException extends DataIntegrityViolationException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final LinkedHashMap<String, List<String>> findings;

	/**
	 * Create a new exception.
	 * @param findings what is wrong, by the names of the checks
	 */
	public BranchCheckException(Map<String, List<String>> findings) {
		super("Nothing was published: " + findings.entrySet()
			.stream()
			.map((check) -> check.getKey() + " has found " + check.getValue())
			.collect(Collectors.joining("; ")));
		this.findings = new LinkedHashMap<>(findings);
	}

	/**
	 * Return what is wrong.
	 * @return the findings, by the names of the checks in their order
	 */
	public Map<String, List<String>> getFindings() {
		return Collections.unmodifiableMap(this.findings);
	}

}
