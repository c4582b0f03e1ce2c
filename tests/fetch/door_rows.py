"""The threat table of the door, by id, and the tests that hold each row: `file::test` or `file::test[row]`.

Rows named by section: T1 to T16, what we found about our tools; CT1 to LB1, disguises; A, published advisories
about Scrapy; S, its settings; R1 to R7, scope and addresses; H, harm to the analyst; N, faults of network and parser.
"""

_GAUNTLET = "fetch/test_gauntlet.py"
_DISGUISE = f"{_GAUNTLET}::test_disguise"
_TEXT = f"{_GAUNTLET}::test_text_that_leads_to_media_is_text"
_WIRE = f"{_GAUNTLET}::test_wire"
_SETTINGS = "fetch/test_settings.py::test_each_weaker_setting_stops_the_start"
_DOOR = "fetch/test_door.py"
_LAYERS = "fetch/test_layers.py"
_SKELETON = "extract/test_skeleton.py"
_HARM, _LIST = "safety/test_harm.py", "safety/test_list_stays_in.py"
_NAMES, _TLS = "fetch/test_names.py", "fetch/test_tls.py"

ROWS: dict[str, str] = {
    "T1 a guard that raises fails closed": f"{_LAYERS}::test_guard_that_raises_lets_nothing_through",
    "T2 at most one read of a refused body": f"{_DOOR}::test_at_most_one_read_beyond_what_can_be_recognised",
    "T3 no exception carries a body": f"{_GAUNTLET}::test_no_exception_and_no_frame_holds_a_byte",
    "T4 nothing is decompressed": f"{_DISGUISE}[ENC",
    "T5 a refusal closes the connection, once": f"{_DOOR}::test_refused",
    "T6 scope holds on the final request": f"{_LAYERS}::test_request_changed_on_its_way_is_refused",
    "T7 the resolved address is judged": "fetch/test_egress.py::test_one_bad_address_refuses_the_name",
    "T8 our own table of addresses": "fetch/test_addresses.py::test_special_addresses_are_refused",
    "T9 endless headers end": f"{_GAUNTLET}::test_rd7_eight_interim_answers_are_enough",
    "T10 no listener, no Referer, no cookie": f"{_DOOR}::test_request_says_no_more_than_it_must",
    "T11 the parser reads all or says so": f"{_SKELETON}::test_extreme_pages_are_read_whole",
    "T12 the store": "case/test_kill.py::",
    "T13 the chain": "case/test_verify.py::",
    "T14 page text kills no export": "export/test_formats.py::test_any_name_makes_a_graph_file_that_parses",
    "T15 linear time on page text": "extract/test_scrub.py::",
    "T16 every request has an outcome": "fetch/test_run.py::test_every_fault_ends_in_one_recorded_outcome",
    **dict.fromkeys(
        """CT1 CT2 CT3 CT4 CT5 CT6 CT7 CT8 CT9 CT10 PG1 PG2 PG3 PG4 PG5 PG6 PG7 SVG1 MP1 ENC1 ENC2 ENC3 ENC4 ENC5
        RD3 RG1 RG2 ML1 ML2 ML3 MF1 MF2 MF3 MF4 ST2 ST7 SG1 JS3""".split(),
        _DISGUISE,
    ),
    **dict.fromkeys("RD4 RD5 JS2".split(), _TEXT),
    **dict.fromkeys("ENC6 ST3 ST4 ST5 ST6 ST8 ST9".split(), _WIRE),
    "RD1": f"{_GAUNTLET}::test_rd1_body_of_a_redirect_is_not_read",
    "RD2": f"{_GAUNTLET}::test_rd2_redirect_to_an_image_leads_nowhere",
    "RD6": f"{_GAUNTLET}::test_rd6_rd8_headers_that_name_addresses_are_strings",
    "RD7": f"{_GAUNTLET}::test_rd7_eight_interim_answers_are_enough",
    "RD8": f"{_GAUNTLET}::test_rd6_rd8_headers_that_name_addresses_are_strings",
    "JS1": f"{_GAUNTLET}::test_js1_picture_inside_json_is_not_kept",
    "JS4": f"{_GAUNTLET}::test_js4_upgrade_is_refused",
    "JS5": f"{_DOOR}::test_no_protocol_but_http_1_is_offered",
    "ST1": f"{_GAUNTLET}::test_every_disguise_in_every_framing_and_cut",
    "LB1": f"{_GAUNTLET}::test_lb1_schemes_are_never_requested",
    # 3.1: each advisory is about a part of Scrapy that is not between engine and door.
    "A telnet console": _SETTINGS,
    "A credentials across domains": f"{_DOOR}::test_environment_gives_no_proxy_and_no_password",
    "A decompression bombs": f"{_DISGUISE}[ENC3",
    "A redirects to other schemes": f"{_GAUNTLET}::test_lb1_schemes_are_never_requested",
    "A Referrer-Policy executed": "fetch/test_settings.py::test_component_between_engine_and_door_stops_the_start",
    "A s3 in plaintext": "fetch/test_settings.py::test_other_scheme_with_a_handler_stops_the_start",
    "S settings in force": _SETTINGS,
    "S settings of the spider": "fetch/test_settings.py::test_setting_of_the_spider_itself_is_seen",
    "R1 canonical host": "fetch/test_policy.py::test_odd_forms_are_refused",
    "R2 exact host or as the entry says": "fetch/test_policy.py::test_other_hosts_are_out_of_scope",
    "R3 ports": "fetch/test_policy.py::test_odd_forms_are_refused",
    "R4 ad-tech edge": "fetch/test_policy.py::test_ad_networks_are_asked_from_reach_tags_on_and_only_if_named",
    "R5 resolved, connected, compared": "fetch/test_egress.py::test_peer_is_checked_before_a_byte_is_sent",
    "R5 rebinding": "fetch/test_egress.py::test_rebinding_is_refused_each_time",
    "R5 rebinding between check and connect": f"{_NAMES}::test_rebinding_between_check_and_connect_is_moot",
    "R6 no look-up but the door's": f"{_LAYERS}::test_the_process_lock_refuses_alone_and_broken",
    "R4 chains at reach ads": "fetch/test_chain.py::test_at_reach_ads_chains_are_followed_and_nothing_else_is",
    "R4 once for loader, case and day": "fetch/test_chain.py::test_each_once_for_case_and_day",
    "R7 no revenue": "fetch/test_no_revenue.py::test_what_counts_is_never_requested",
    "R7 no paid visit": "fetch/test_no_revenue.py::test_visits_and_statistics_are_never_requested",
    "R7 no click": "fetch/test_no_revenue.py::test_every_click_a_card_shows_is_refused",
    "H terminal escapes": f"{_HARM}::test_no_escape_reaches_a_terminal",
    "H rich markup": f"{_HARM}::test_no_rich_markup_is_read",
    "H formula in a cell": f"{_HARM}::test_no_cell_is_a_formula",
    "H formula undone": "export/test_cells.py::test_no_cell_begins_like_a_formula",
    "H markup in the report": f"{_HARM}::test_no_script_and_no_link_of_a_page_is_in_the_report",
    "H no resource from elsewhere": "report/test_write.py::test_nothing_is_asked_of_anyone",
    "H graph files": f"{_HARM}::test_graph_files_parse",
    "H any name in a graph file": "export/test_formats.py::test_any_name_makes_a_graph_file_that_parses",
    "H XML in": f"{_HARM}::test_xml_comes_in_by_one_way_alone",
    "H log lines": f"{_HARM}::test_no_log_line_is_forged",
    "H log of a refusal": f"{_DOOR}::test_refused",
    "H names of files": f"{_HARM}::test_no_file_is_named_by_a_page",
    "H zip slip": f"{_HARM}::test_a_packed_export_holds_no_path_of_a_page",
    "H pickle and its kin": f"{_HARM}::test_no_format_that_runs_code_is_read",
    "H pickle between processes": f"{_HARM}::test_a_frame_between_our_processes_that_is_a_pickle_runs_nothing",
    "H SQL that opens files": f"{_HARM}::test_no_format_that_runs_code_is_read",
    "H ReDoS": "extract/test_scrub.py::",
    "H live links": f"{_HARM}::test_no_live_link_in_what_people_read",
    "H list in output": f"{_LIST}::test_output_of_the_command_names_none",
    "H list in arguments, environment": f"{_LIST}::test_processes_name_none",
    "H list in files, temporary folder": f"{_LIST}::test_files_outside_the_case_name_none",
    "H list in Referer and requests": f"{_LIST}::test_no_site_learns_of_another",
    "H list in look-ups": f"{_LIST}::test_nothing_is_looked_up_and_loopback_alone_connected_to",
    "H list in exports": f"{_LIST}::test_what_the_taskforce_gets_names_none",
    "H list in crash reports": f"{_LIST}::test_a_fault_of_ours_names_none",
    "H list in core dumps": "fetch/test_traceless.py::test_no_process_of_ours_may_be_dumped",
    "H core dump through a pipe": "fetch/test_traceless.py::test_a_crash_gives_no_core_even_without_the_limit",
    "H words of pages": "safety/test_text_is_not_kept.py::test_no_word_leaves",
    "N slow headers, drip": "fetch/test_resources.py::test_nothing_a_server_sends_fills_the_memory",
    "N never answers": f"{_DOOR}::test_server_that_never_answers",
    "N reset, early end": f"{_GAUNTLET}::test_reset_is_no_end_of_a_body",
    "N TLS truncation": f"{_GAUNTLET}::test_tls_truncation_is_no_page",
    **{
        f"N DNS {row}": f"{_NAMES}::test_each_fault_has_its_reason[{row}"
        for row in ("NXDOMAIN", "SERVFAIL", "no address", "failed for good")
    },
    "N DNS slow": f"{_NAMES}::test_slow_resolver_costs_its_own_asks_alone",
    "N DNS mixed, a thousand": f"{_NAMES}::test_mixed_and_endless_answers_are_refused_whole",
    "N DNS to a private address": "fetch/test_egress.py::test_private_address_is_never_connected_to",
    "N DNS flapping": f"{_NAMES}::test_rebinding_between_check_and_connect_is_moot",
    "N DNS beside the door": "fetch/test_lock.py::test_refused",
    "N a thousand addresses": "fetch/test_egress.py::test_one_bad_address_refuses_the_name",
    "N unknown authority": f"{_DOOR}::test_unknown_authority_fails_verified_and_is_recorded_unverified",
    **{
        f"N TLS {row}": f"{_TLS}::test_certificate_is_refused[{row}"
        for row in (
            "expired",
            "not yet valid",
            "root expired",
            "self-signed",
            "wrong name",
            "wildcard too high",
            "name in the subject alone",
            "signed by a neighbour's leaf",
            "key of 1024 bits",
            "chain of 120",
        )
    },
    "N TLS old version": f"{_TLS}::test_old_versions_are_not_spoken",
    "N TLS weak cipher": f"{_TLS}::test_weak_ciphers_are_not_spoken",
    "N TLS huge chain": f"{_TLS}::test_huge_chain_is_not_read",
    "N endless everything": "fetch/test_resources.py::test_nothing_a_server_sends_fills_the_memory",
    "N extreme pages": f"{_SKELETON}::test_extreme_pages_are_read_whole",
    "N deadly page": "fetch/test_run.py::test_deadly_page_costs_one_worker_and_no_other_page",
    "N any bytes": "fuzz/test_targets.py::test_random_bytes",
    "N redirect loop": "fetch/test_run.py::test_every_fault_ends_in_one_recorded_outcome",
    "N hanging fetcher": "fetch/test_writer.py::test_silent_fetcher_ends_the_run_honestly",
}
